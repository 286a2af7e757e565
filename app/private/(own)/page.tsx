import { ChevronRight, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { RoleBadge } from '@/components/role-badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { listOwnAccounts, listRestorable } from '@/lib/accounts/list'
import { accountsQuerySchema } from '@/lib/accounts/schema'
import { toClient } from '@/lib/client-view'
import type { OpenInvitation } from '@/lib/invitations/open'
import { listPendingInvitations } from '@/lib/invitations/pending'
import { requireUser } from '@/lib/scope'
import { DeletedAccounts } from './deleted-accounts'
import { type InvitationView, PendingInvitations } from './invitations'

export const metadata: Metadata = { title: 'Welcome' }

export default async function PrivatePage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const scope = await requireUser()
  const { after } = accountsQuerySchema.parse(await searchParams)
  const { accounts, next } = await listOwnAccounts(scope, after)
  const invitations = await listPendingInvitations(scope)
  const restorable = await listRestorable(scope)
  const create = (
    <Button asChild look="main">
      <Link href="/private/accounts/new" prefetch={false}>
        <Plus className="size-4" aria-hidden="true" />
        New account
      </Link>
    </Button>
  )
  return (
    <>
      <PageHeader title="Welcome" line={<>You’re signed in as {scope.user.email}.</>} action={accounts.length || after ? create : null} />
      {invitations.length ? <PendingInvitations invitations={invitations.map(viewOf)} /> : null}
      {accounts.length || after ? (
        <section aria-labelledby="accounts">
          <h2 id="accounts" className="pb-2 text-heading">
            Your accounts
          </h2>
          <ul className="border-y border-line">
            {accounts.map((account) => (
              <li key={account.slug} className="border-t border-line first:border-t-0">
                <Link
                  href={`/private/accounts/${account.slug}`}
                  prefetch={false}
                  className="-mx-2 flex min-h-14 items-center gap-3 rounded-control px-2 no-underline transition-colors duration-150 hover:bg-surface-sunken"
                >
                  <span className="min-w-0 flex-1 truncate font-medium">{account.name}</span>
                  <RoleBadge role={account.role} />
                  <ChevronRight className="size-4 shrink-0 text-ink-soft" aria-hidden="true" />
                </Link>
              </li>
            ))}
          </ul>
          <Paging path="/private" kept={{}} next={next} isFirst={!after} />
        </section>
      ) : (
        <EmptyState title="No accounts yet" action={create}>
          Create an account to work with your team, or ask a colleague to invite you to theirs.
        </EmptyState>
      )}
      <DeletedAccounts accounts={restorable} />
    </>
  )
}

function viewOf({ account, ...invitation }: OpenInvitation): InvitationView {
  return toClient({ ...invitation, accountName: account.name }, ['id', 'accountName', 'role', 'inviterName'])
}
