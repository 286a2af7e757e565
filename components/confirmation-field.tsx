import { Field } from './ui/field'

/** The field in which a user types a text, such as the name of what they delete, to confirm the deletion. */
export function ConfirmationField({ name, label, text }: { name: string; label: string; text: string }) {
  return (
    <Field
      name={name}
      label={label}
      help={
        <>
          Type <strong className="font-semibold text-ink">{text}</strong> to confirm.
        </>
      }
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
    />
  )
}
