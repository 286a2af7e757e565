import type { Metadata } from 'next'
import { Anchor } from '@/components/ui/anchor'
import { PageHeader } from '@/components/ui/page-header'
import * as labels from '@/lib/labels/private'
import { env } from '@/lib/platform/env'
import { requireUser } from '@/lib/scope'

export const metadata: Metadata = { title: 'Account suspended' }

/** Says that the operator has suspended an account, and whom to contact. It shows nothing of the account. */
export default async function SuspendedPage() {
  await requireUser()
  const { SUPPORT_EMAIL } = env()
  return (
    <>
      <PageHeader
        title={labels.accountSuspended}
        back={{ href: '/private', label: labels.yourAccounts }}
        line="Nothing in it was deleted, and you can still use your other accounts."
      />
      <p className="max-w-[65ch] text-ink-soft">
        To find out why, or to restore access, email <Anchor href={`mailto:${SUPPORT_EMAIL}`}>{SUPPORT_EMAIL}</Anchor>.
      </p>
    </>
  )
}
