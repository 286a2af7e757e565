import { initialsOf } from '@/lib/text'

// `inline` is for text.
const SIZES = {
  inline: 'size-4 align-middle text-[0.5rem]',
  small: 'size-5 text-[0.625rem]',
  medium: 'size-7 text-meta',
  large: 'size-10 text-body',
}
const HUES = ['avatar-0', 'avatar-1', 'avatar-2', 'avatar-3', 'avatar-4', 'avatar-5', 'avatar-6', 'avatar-7']

/**
 * Colored initials. A person is a circle, an account a rounded square. Decorative, because the name is always next to it.
 * @param name what the initials and the color derive from, so that the same name always looks the same
 */
export function Avatar({
  name,
  kind = 'person',
  size = 'small',
}: {
  name: string
  kind?: 'person' | 'account'
  size?: keyof typeof SIZES
}) {
  return (
    <span
      aria-hidden="true"
      className={`avatar ${kind === 'person' ? 'rounded-full' : 'rounded-control'} ${SIZES[size]} ${HUES[hueOf(name)]}`}
    >
      {initialsOf(name)}
    </span>
  )
}

function hueOf(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return sum % HUES.length
}
