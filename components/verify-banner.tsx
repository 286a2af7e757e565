import type { FormAction } from '@/lib/form'
import * as labels from '@/lib/labels/private'
import { ResendForm } from './resend-form'

/** Shown above private pages until the email is confirmed. */
export function VerifyBanner({ email, resend }: { email: string; resend: FormAction<never> }) {
  return (
    <section aria-label={labels.emailConfirmation} className="border-b border-line bg-surface-sunken px-4 py-2 sm:px-10">
      <div className="mx-auto flex max-w-[960px] flex-wrap items-center gap-x-4 gap-y-2">
        <p className="flex min-w-0 flex-1 basis-64 gap-3 wrap-anywhere">
          <span className="icon-mail mt-1 text-ink-soft" />
          <span className="min-w-0">Confirm your email to invite people and to accept invitations. We sent a link to {email}.</span>
        </p>
        <ResendForm action={resend} />
      </div>
    </section>
  )
}
