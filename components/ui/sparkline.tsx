const HEIGHT = 32
const STEP = 8

/**
 * A small bar chart of counts over time, without axes.
 * @param label what it shows, for screen readers
 */
export function Sparkline({ counts, label }: { counts: number[]; label: string }) {
  const most = Math.max(1, ...counts)
  const bars = counts.map((count, index) => {
    const height = count === 0 ? 1 : Math.max(3, Math.round((count / most) * HEIGHT))
    return `M${index * STEP} ${HEIGHT - height}h5v${height}h-5z`
  })
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${counts.length * STEP - 3} ${HEIGHT}`} className="w-full text-accent">
      <path d={bars.join('')} fill="currentColor" />
    </svg>
  )
}
