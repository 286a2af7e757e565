import type { FormAction } from '@/lib/form'
import { ResendForm } from './resend-form'

type Props = { toDo: string; resend: FormAction<never> }

/**
 * Shown in place of a form that requires a confirmed email.
 * @param toDo what they can do once it is confirmed, such as "invite people"
 */
export function ConfirmFirst({ toDo, resend }: Props) {
  return (
    <section aria-label="Confirm your email first" className="max-w-[560px] rounded-panel border border-line bg-surface-sunken p-4">
      <p className="mb-3 text-ink-soft">{`Confirm your email to ${toDo}. Open the link we sent you, or get a new one.`}</p>
      <ResendForm action={resend} />
    </section>
  )
}
