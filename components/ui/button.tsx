import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'

const LOOKS = {
  // visible only with forced colors, where the background is not
  main: 'border border-transparent bg-accent text-on-accent hover:bg-accent-hover aria-disabled:hover:bg-accent font-semibold',
  quiet: 'border border-line-strong bg-surface-raised text-ink hover:bg-surface-sunken font-medium',
  danger: 'border border-danger bg-surface-raised text-danger hover:bg-danger-soft font-medium',
  plain: 'text-ink hover:bg-surface-sunken font-medium',
}

export type ButtonLook = keyof typeof LOOKS

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; asChild?: boolean }

/** A button, or with `asChild` a link styled as one. Use `main` once per page, for its main action. */
export function Button({ look = 'quiet', asChild = false, className = '', ...props }: ButtonProps) {
  const Element = asChild ? Slot.Root : 'button'
  return (
    <Element
      className={`inline-flex min-h-control shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-control px-4 text-body no-underline transition-colors duration-150 ease-out ${LOOKS[look]} ${className}`}
      {...props}
    />
  )
}
