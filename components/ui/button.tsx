import { type ComponentProps, cloneElement, isValidElement } from 'react'

const LOOKS = { main: 'button-main', quiet: 'button-quiet', danger: 'button-danger', plain: 'button-plain' }

export type ButtonLook = keyof typeof LOOKS

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; asChild?: boolean }

/** A button, or with `asChild` a link styled as one. Use `main` once per page, for its main action. */
export function Button({ look = 'quiet', asChild = false, className = '', children, ...props }: ButtonProps) {
  const classes = `button ${LOOKS[look]} ${className}`.trimEnd()
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
