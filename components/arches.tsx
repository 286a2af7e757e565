import { MARK } from '@/lib/brand'

// The motif of the public pages: arches one behind another, drawn in the text color of the theme.

type Arch = { width: number; spring: number }

const VIEW = { width: 560, height: 720, floor: 640 }
const NAVE: Arch[] = [
  { width: 440, spring: 330 },
  { width: 344, spring: 362 },
  { width: 264, spring: 388 },
  { width: 198, spring: 410 },
  { width: 144, spring: 428 },
  { width: 100, spring: 443 },
]

/**
 * The drawing beside the public forms. Decorative, so hidden from screen readers.
 * @param size for an image renderer, which knows no class names
 */
export function Arches({ className, size }: { className?: string; size?: { width: number; height: number } }) {
  const middle = VIEW.width / 2
  return (
    <svg
      viewBox={`0 0 ${VIEW.width} ${VIEW.height}`}
      className={className}
      {...size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.25"
      aria-hidden="true"
    >
      {NAVE.map((arch, depth) => (
        <path key={arch.width} d={archPath(middle, floorAt(depth), arch)} opacity={1 - depth * 0.11} />
      ))}
      {NAVE.map((arch, depth) => {
        const next = NAVE[depth + 1]
        if (!next) return null
        return [-1, 1].map((side) => (
          <path
            key={`${arch.width}${side}`}
            d={`M${middle + (side * arch.width) / 2} ${floorAt(depth)}L${middle + (side * next.width) / 2} ${floorAt(depth + 1)}`}
            opacity={0.7 - depth * 0.09}
          />
        ))
      })}
      <path d={`M0 ${VIEW.floor}H${middle - 220}M${middle + 220} ${VIEW.floor}H${VIEW.width}`} />
    </svg>
  )
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

function archPath(middle: number, floor: number, { width, spring }: Arch): string {
  const radius = width / 2
  return `M${middle - radius} ${floor}V${spring}a${radius} ${radius} 0 0 1 ${width} 0V${floor}`
}

/** The y coordinate of the floor, which rises with depth. */
function floorAt(depth: number): number {
  return VIEW.floor - depth * 20 + depth * depth * 0.9
}
