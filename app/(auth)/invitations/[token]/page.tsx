import type { Metadata } from 'next'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { Moment } from '@/components/ui/time'
import { openPath } from '@/lib/http/link-paths'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { withCallback } from '@/lib/http/paths'
import { findInvitation } from '@/lib/invitations/link'
import type { OpenInvitation } from '@/lib/invitations/open'
import * as labels from '@/lib/labels/public'
import { env } from '@/lib/platform/env'
import { ROLE_PHRASES } from '@/lib/roles'
import { findUser, type UserScope } from '@/lib/scope'
import { AcceptForm, InvitedRegistrationForm, OtherUserForm } from './forms'

export const metadata: Metadata = { title: 'Invitation' }

/** The page behind an invitation link. Opening it changes nothing until the button is pressed. */
export default async function InvitationPage() {
  const invitation = await findInvitation((await readLinkToken('invitations')).token)
  if (!invitation) return <Dead />
  const { account, inviterName, role, email, expiresAt } = invitation
  return (
    <>
      <h1 className="text-title">Join {account.name}</h1>
      <p className="mt-2 mb-6 text-ink-soft">
        <Avatar name={inviterName} size="inline" /> {inviterName} invited you to join {account.name} as {ROLE_PHRASES[role]}. This
        invitation is for <span className="font-medium text-ink">{email}</span> and expires <Moment at={expiresAt} />.
      </p>
      <Answer invitation={invitation} isRegistered={invitation.isRegistered} scope={await findUser()} />
    </>
  )
}

function Answer({ invitation, isRegistered, scope }: { invitation: OpenInvitation; isRegistered: boolean; scope: UserScope | null }) {
  const { id, email, account } = invitation
  if (scope?.user.email === email) return <AcceptForm id={id} accountName={account.name} />
  if (scope) return <OtherUserForm email={email} ownEmail={scope.user.email} />
  if (!isRegistered) {
    return <InvitedRegistrationForm id={id} email={email} accountName={account.name} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
  }
  return (
    <Button asChild look="main" className="w-full">
      <Link href={withCallback('/login', openPath('invitations'))} prefetch={false}>
        {labels.signInToAccept}
      </Link>
    </Button>
  )
}

function Dead() {
  return (
    <>
      <h1 className="text-title">{labels.deadInvitation}</h1>
      <p className="mt-2 mb-6 text-ink-soft">
        Ask the person who invited you for a new one. If you received a more recent invitation, use the link in that email.
      </p>
      <Button asChild className="w-full">
        <Link href="/private" prefetch={false}>
          {labels.goToYourAccounts}
        </Link>
      </Button>
    </>
  )
}
