import { EmptyState } from '@/components/empty-state'
import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Moment } from '@/components/ui/time'
import type { HomeAccount } from '@/lib/accounts/home'
import { sectionPath } from '@/lib/accounts/paths'
import * as labels from '@/lib/labels/private'
import { ROLE_NAMES } from '@/lib/roles'

/** The user's accounts, each with their role, the number of members, and when something last happened. */
export function AccountCards({ accounts }: { accounts: HomeAccount[] }) {
  if (!accounts.length) return <p className="py-6 text-ink-soft">No matching accounts</p>
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {accounts.map(({ slug, name, role, isSuspended, contents }) => (
        <li key={slug} className="min-w-0">
          <Anchor href={sectionPath(slug, '')} className="card">
            <Avatar name={name} kind="account" size="large" />
            <span className="min-w-0 flex-1">
              <span className="line-clamp-2 font-medium">{name}</span>
              <span className="text-small text-ink-soft">
                {ROLE_NAMES[role]}
                {isSuspended ? null : ' · '}
                {contents ? <Contents {...contents} /> : isSuspended ? null : 'verify to open'}
              </span>
            </span>
            {isSuspended ? <Badge>Suspended</Badge> : null}
          </Anchor>
        </li>
      ))}
    </ul>
  )
}

function Contents({ members, activeAt }: NonNullable<HomeAccount['contents']>) {
  return (
    <>
      {members === 1 ? '1 member' : `${members} members`}
      {activeAt ? (
        <>
          {' · active '}
          <Moment at={activeAt} />
        </>
      ) : null}
    </>
  )
}

/** A link to the form that creates an account. */
export function NewAccount() {
  return (
    <Button asChild look="main">
      <Anchor href="/private/accounts/new">
        <span className="icon-plus" />
        {labels.newAccount}
      </Anchor>
    </Button>
  )
}

/** Shown in place of the accounts if the user has none, or only deleted ones. */
export function NoAccounts({ canRestore }: { canRestore: boolean }) {
  return (
    <EmptyState title={canRestore ? labels.noActiveAccounts : labels.noAccountsYet} action={<NewAccount />}>
      {canRestore
        ? 'Restore a deleted account below, or create a new one.'
        : 'Create an account to work with your team, or ask a colleague to invite you to theirs.'}
    </EmptyState>
  )
}
