import { Avatar } from '@/components/ui/avatar'
import { Menu, MenuLink } from '@/components/ui/menu'
import { Day } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import { RESTORABLE_HOURS } from '@/lib/accounts/schema'
import { withFragment } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import type { AccountName, DeletionPlan } from '@/lib/users/deletion'

const NAMED = 10
const BLOCKING_SHOWN = 50

/** The accounts that prevent the deletion, with links to resolve each. */
export function BlockingAccounts({ accounts }: { accounts: AccountName[] }) {
  return (
    <>
      <p className="max-w-[65ch] pb-4 text-ink-soft">
        You’re the only owner of an account that has other members. Transfer ownership or delete the account before you delete your profile.
      </p>
      <ul className="border-y border-line">
        {accounts.slice(0, BLOCKING_SHOWN).map(({ name, slug }) => (
          <li key={slug} className="flex min-h-row flex-wrap items-center gap-x-3 border-t border-line py-1 first:border-t-0">
            <Avatar name={name} kind="account" />
            <span className="min-w-0 flex-1 font-medium">{name}</span>
            <Menu of={slug} label={labels.actionsFor(name)}>
              <MenuLink href={sectionPath(slug, 'members')}>{labels.transferOwnership}</MenuLink>
              <MenuLink href={withFragment(sectionPath(slug, 'settings'), 'delete')}>{labels.deleteAccount}</MenuLink>
            </Menu>
          </li>
        ))}
      </ul>
      {accounts.length > BLOCKING_SHOWN ? <p className="pt-2 text-ink-soft">And {accounts.length - BLOCKING_SHOWN} more.</p> : null}
    </>
  )
}

/** What the deletion does, with the names of the accounts. */
export function DeletionSummary({ plan: { deleted, kept, ending }, retentionDays }: { plan: DeletionPlan; retentionDays: number }) {
  return (
    <div className="max-w-[65ch] pb-6 text-ink-soft">
      <p>This happens immediately and can’t be undone:</p>
      <ul className="list-disc space-y-1 pt-2 pl-5">
        <li>Your profile, sessions, and activity are deleted, and you’re signed out everywhere.</li>
        {deleted.length ? <li>{listed(deleted)}: deleted with all data, because you’re the only member.</li> : null}
        {kept.length ? <li>{listed(kept)}: you lose access. What you created stays.</li> : null}
      </ul>
      {ending.length || deleted.length || kept.length ? (
        <>
          <p className="pt-4">This stays:</p>
          <ul className="list-disc space-y-1 pt-2 pl-5">
            {ending.slice(0, NAMED).map(({ name, slug, deletedAt }) => (
              <li key={slug}>
                “{name}”, which is already deleted, until <Day at={new Date(deletedAt.getTime() + RESTORABLE_HOURS * 3_600_000)} />. You
                can’t restore it once your profile is deleted.
              </li>
            ))}
            {ending.length > NAMED ? <li>{ending.length - NAMED} more deleted accounts, each until its date.</li> : null}
            <li>
              What you did in an account, with your name and email, in its audit log. After the account is erased, its audit log is kept for{' '}
              {retentionDays} days, where only the operator of this service can read it.
            </li>
          </ul>
        </>
      ) : null}
    </div>
  )
}

function listed(accounts: AccountName[]): string {
  const names = accounts.slice(0, NAMED).map(({ name }) => `“${name}”`)
  const more = accounts.length - names.length
  return new Intl.ListFormat('en').format(more ? [...names, `${more} more`] : names)
}
