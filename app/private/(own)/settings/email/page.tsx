import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { Day } from '@/components/ui/time'
import { requireUser } from '@/lib/scope'
import { findPendingEmail } from '@/lib/users/email-change'
import { ChangeEmailForm } from './form'

export const metadata: Metadata = { title: 'Email' }

export default async function EmailPage() {
  const scope = await requireUser()
  const pending = await findPendingEmail(scope)
  return (
    <>
      <PageHeader title="Email" line="The email you use to sign in and receive mail." />
      <dl className="max-w-[400px] pb-6 wrap-anywhere">
        <dt className="font-medium">Current email</dt>
        <dd className="pt-1 text-ink-soft">
          {scope.user.email}{' '}
          <span className={scope.user.emailVerified ? 'text-success' : 'text-warning'}>
            ({scope.user.emailVerified ? 'confirmed' : 'not confirmed yet'})
          </span>
        </dd>
        {pending ? (
          <>
            <dt className="pt-4 font-medium">Pending confirmation</dt>
            <dd className="pt-1 text-ink-soft">
              {pending.email}{' '}
              <span className="text-warning">
                (link expires <Day at={pending.until} />)
              </span>
            </dd>
          </>
        ) : null}
      </dl>
      <ChangeEmailForm />
    </>
  )
}
