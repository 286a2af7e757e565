'use server'

import { sectionPath } from '@/lib/accounts/paths'
import { buttonAction, publicAction, userAction } from '@/lib/action'
import { signInAs, signOut } from '@/lib/auth'
import { openPath } from '@/lib/http/link-paths'
import { clearLinkToken, readLinkToken } from '@/lib/http/link-token-cookie'
import { acceptInvitation, findInvitation, registerInvited } from '@/lib/invitations/link'
import { verifyPathOf } from '@/lib/invitations/open'
import { invitationSchema, invitedRegistrationSchema } from '@/lib/invitations/schema'
import { message } from '@/lib/messages'
import { conflict } from '@/lib/outcome'
import { env } from '@/lib/platform/env'

export const acceptInvitationAction = userAction(
  { schema: invitationSchema },
  async ({ scope, input: { id }, request }) => {
    const token = await tokenOnPage(id)
    return token ? acceptInvitation(scope, token, request) : conflict('invitation-expired')
  },
  joined,
)

/** Registers the invited person, and signs them in. If the account requires a second factor, they add one before they join. */
export const registerInvitedAction = publicAction(
  { schema: () => invitedRegistrationSchema(env().PASSWORD_MIN_LENGTH), secrets: ['password'], limit: 'registration' },
  async ({ input: { id, ...user }, request }) => {
    const token = await tokenOnPage(id)
    return token ? registerInvited(token, user, request) : conflict('invitation-expired')
  },
  async (registered, { request }) => {
    await signInAs(registered.userId, { remembered: false, request, isFirst: true })
    return registered.hasJoined ? joined(registered) : { redirectTo: verifyPathOf(registered.slug, openPath('invitations')) }
  },
)

/** Signs out, so that the invitation can be accepted as another user. */
export const switchUserAction = buttonAction(async () => {
  await signOut({ keep: 'invitations' })
  return openPath('invitations')
})

/** The token in the cookie, if it belongs to the invitation that the page showed: another tab may have opened another one. */
async function tokenOnPage(id: string): Promise<string | null> {
  const { token } = await readLinkToken('invitations')
  return (await findInvitation(token))?.id === id ? token : null
}

async function joined({ slug, name }: { slug: string; name: string }) {
  await clearLinkToken('invitations')
  return { redirectTo: sectionPath(slug, ''), message: message('account-joined', { name }) }
}
