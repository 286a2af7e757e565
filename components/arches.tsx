import { MARK } from '@/lib/brand'

/** The motif of the public pages: arches one behind another, in the text color. It is a mask (app/arches.svg), so it costs a page one element. */
export function Arches({ className = '' }: { className?: string }) {
  return <div className={`arches ${className}`} aria-hidden="true" />
}

/** The logo, also shown faintly behind an empty list. */
export function Mark({ className = '' }: { className?: string }) {
  return (
    <svg
      viewBox={MARK.viewBox}
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {MARK.paths.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
}
