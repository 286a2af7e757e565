import { type ComponentProps, cloneElement, isValidElement } from 'react'

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
export function Button({ look = 'quiet', asChild = false, className = '', children, ...props }: ButtonProps) {
  const classes = `button ${LOOKS[look]} ${className}`
  if (!asChild) {
    return (
      <button className={classes} {...props}>
        {children}
      </button>
    )
  }
  if (!isValidElement<{ className?: string }>(children)) throw new Error('A Button with asChild needs one element')
  return cloneElement(children, { ...props, className: `${classes} ${children.props.className ?? ''}` })
}
