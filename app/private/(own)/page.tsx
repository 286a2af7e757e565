import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { listFor } from '@/components/list-for'
import { KeepFocus } from '@/components/ui/keep-focus'
import { PageHeader } from '@/components/ui/page-header'
import { Toolbar } from '@/components/ui/toolbar'
import { readHome } from '@/lib/accounts/home'
import { accountsQuerySchema } from '@/lib/accounts/schema'
import { toClient } from '@/lib/client-view'
import { requestInfo } from '@/lib/http/request-info'
import type { OpenInvitation } from '@/lib/invitations/open'
import * as labels from '@/lib/labels/private'
import { requireUser } from '@/lib/scope'
import { AccountCards, NewAccount, NoAccounts } from './account-cards'
import { DeletedAccounts } from './deleted-accounts'
import { type InvitationView, PendingInvitations } from './invitations'
import { OwnershipOffers } from './ownership-offers'

const { Paging, SearchForm } = listFor<typeof accountsQuerySchema>()

export const metadata: Metadata = { title: 'Home' }

const SEARCH_FROM = 8 // accounts; shorter lists need no search

export default async function PrivatePage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const scope = await requireUser()
  const { search, after } = accountsQuerySchema.parse(await searchParams)
  const { accounts, next, offers, restorable, invitations, moreInvitations } = await readHome(scope, requestInfo(await headers()), {
    search,
    after,
  })
  const isFiltered = Boolean(search || after)
  const hasAccounts = accounts.length > 0 || isFiltered
  const [firstName] = scope.user.name?.split(' ') ?? []
  return (
    <KeepFocus heading="page-title">
      <PageHeader
        title={firstName ? `Welcome, ${firstName}` : 'Welcome'}
        line={<>You’re signed in as {scope.user.email}.</>}
        action={hasAccounts ? <NewAccount /> : null}
      />
      {invitations.length ? <PendingInvitations invitations={invitations.map(viewOf)} more={moreInvitations} /> : null}
      {offers.length ? <OwnershipOffers offers={offers} /> : null}
      {hasAccounts ? (
        <section aria-labelledby="accounts-title">
          <h2 id="accounts-title" className="pb-2 text-heading">
            {labels.yourAccounts}
          </h2>
          {isFiltered || accounts.length >= SEARCH_FROM ? (
            <Toolbar>
              <SearchForm path="/private" label="Search by name" search={search} />
            </Toolbar>
          ) : null}
          <AccountCards accounts={accounts} />
          <Paging path="/private" kept={{ search }} next={next} isFirst={!after} />
        </section>
      ) : (
        <NoAccounts canRestore={restorable.length > 0} />
      )}
      <DeletedAccounts accounts={restorable} />
    </KeepFocus>
  )
}

function viewOf({ account, ...invitation }: OpenInvitation): InvitationView {
  return toClient({ ...invitation, accountName: account.name }, ['id', 'accountName', 'role', 'inviterName'])
}
