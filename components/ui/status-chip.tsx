import type { Tone } from '@/lib/tones'

const DOTS: Record<Tone, string> = {
  hollow: 'dot-hollow',
  accent: 'dot-accent',
  success: 'dot-success',
  warning: 'dot-warning',
  danger: 'dot-danger',
  muted: 'dot-muted',
}

/** A status: a dot in the color of its tone, and its name. */
export function StatusChip({ name, tone }: { name: string; tone: Tone }) {
  return <span className={`chip ${DOTS[tone]}`}>{name}</span>
}
