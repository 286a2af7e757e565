'use client'

import { type ComponentProps, type ReactNode, useId } from 'react'
import { useFormParts } from './form'
import { Glyph } from './glyph'

type FrameProps = {
  name: string
  /** required if several fields on a page have the same name; defaults to the name */
  id?: string
  label: string
  help?: ReactNode
  /** shown over the right end of the control, such as a button to show a password */
  aside?: ReactNode
  /** shown below the control while there is no error */
  footer?: ReactNode
}

type FieldProps = FrameProps & Omit<ComponentProps<'input'>, 'name' | 'id'>

/** A text input with its label, help, and error, connected for assistive technology. */
export function Field({ name, id = name, label, help, aside, footer, className = '', ...input }: FieldProps) {
  const control = useControl({ name, id, help, defaultValue: input.defaultValue, autoFocus: input.autoFocus })
  return (
    <Frame name={name} id={id} label={label} help={help} aside={aside} footer={footer}>
      <input {...input} {...control} className={`control ${className}`} />
    </Frame>
  )
}

/** A multi-line {@link Field}. */
export function TextArea({ name, id = name, label, help, footer, ...area }: FrameProps & Omit<ComponentProps<'textarea'>, 'name' | 'id'>) {
  const control = useControl({ name, id, help, defaultValue: area.defaultValue })
  return (
    <Frame name={name} id={id} label={label} help={help} footer={footer}>
      <textarea {...area} {...control} className="control py-2" />
    </Frame>
  )
}

/** A {@link Field} with a list of options. */
export function Select({ name, id = name, label, help, children, ...select }: FrameProps & Omit<ComponentProps<'select'>, 'name' | 'id'>) {
  const control = useControl({ name, id, help, defaultValue: select.defaultValue })
  return (
    <Frame name={name} id={id} label={label} help={help}>
      <select {...select} {...control} className="control">
        {children}
      </select>
    </Frame>
  )
}

/** A value that the form shows and does not send, such as the email for a password manager. */
export function ReadOnlyField({ label, value }: { label: string; value: string }) {
  const id = useId()
  return (
    <div className="pb-7">
      <label htmlFor={id} className="block pb-1 font-medium">
        {label}
      </label>
      <input id={id} type="email" autoComplete="username" value={value} readOnly className="control" />
    </div>
  )
}

/** A checkbox with its label beside it. Sends "on" or nothing. */
export function Checkbox({ name, label }: { name: string; label: string }) {
  const { values, sent = values } = useFormParts()
  return (
    <div className="flex items-center">
      <label htmlFor={name} className="flex min-h-control cursor-pointer items-center gap-3 pr-3">
        <input name={name} id={name} type="checkbox" value="on" defaultChecked={sent[name] === 'on'} className="size-5" />
        {label}
      </label>
    </div>
  )
}

type ControlProps = {
  id: string
  name: string
  help: ReactNode
  defaultValue: ComponentProps<'input'>['defaultValue']
  autoFocus?: boolean | undefined
}

/** The props every control has: name, value, and references to its help and error. */
function useControl({ name, id, help, defaultValue, autoFocus = false }: ControlProps) {
  const { errors, state, firstWrong, values } = useFormParts()
  const error = errors[name]
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ')
  return {
    name,
    id,
    defaultValue: values[name] ?? defaultValue,
    // without JavaScript, the returned page itself focuses the first wrong field
    autoFocus: firstWrong === name || (state.status === 'idle' && autoFocus),
    'aria-invalid': error ? true : undefined,
    'aria-describedby': describedBy || undefined,
  }
}

function Frame({ name, id = name, label, help, aside, footer, children }: FrameProps & { children: ReactNode }) {
  const { errors } = useFormParts()
  return (
    <div>
      <label htmlFor={id} className="block pb-1 font-medium">
        {label}
      </label>
      {help ? (
        <p id={`${id}-help`} className="pb-2 text-small text-ink-soft">
          {help}
        </p>
      ) : null}
      <div className="relative">
        {children}
        {aside ? <div className="absolute inset-y-0 right-0 flex items-center">{aside}</div> : null}
      </div>
      <Underneath id={id} error={errors[name]} footer={footer} />
    </div>
  )
}

/**
 * The error below a control, closer to it than to the next label. It keeps its height when empty, so that the layout does not shift.
 */
function Underneath({ id, error, footer }: { id: string; error: string | undefined; footer: ReactNode }) {
  return (
    <div className="min-h-7 pt-0.5 pb-2.5" aria-live="polite">
      {error ? (
        <p id={`${id}-error`} className="appearing flex gap-1.5 text-small leading-4 text-danger">
          <Glyph name="alert" />
          <span>{error}</span>
        </p>
      ) : (
        footer
      )}
    </div>
  )
}
