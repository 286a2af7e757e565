import 'server-only'
import { z } from 'zod'
import { Role } from '@/lib/generated/prisma/enums'
import { refuseMails } from '@/lib/http/limits/in-transaction'
import type { Refusal } from '@/lib/outcome'
import { type Tx, withAccount } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { ROLE_NAMES } from '@/lib/roles'
import { issueTokens, voidInvitationTokens } from '@/lib/tokens/tokens'
import { INVITATION_LIFETIME_MS } from './schema'

/** What an invitation email needs. */
export const sendableRow = z.object({ id: z.string(), email: z.string(), role: z.enum(Role), expiresAt: z.date() })
export type Sendable = z.output<typeof sendableRow>

/** Emails a new link for each invitation. Earlier links no longer work. @returns the refusal if a recipient got too many */
export async function emailLinks(
  tx: Tx,
  account: { id: string; name: string },
  inviterName: string | null,
  invitations: Sendable[],
): Promise<Refusal | null> {
  const refused = await refuseMails(
    tx,
    'invitation-mail',
    invitations.map(({ email }) => email),
  )
  if (refused) return refused
  await voidInvitationTokens(
    tx,
    account.id,
    invitations.map(({ id }) => id),
  )
  const wanted = invitations.map(({ id, email }) => ({ email, accountId: account.id, invitationId: id }))
  const tokens = await issueTokens(tx, 'invitation', INVITATION_LIFETIME_MS, wanted)
  await queueMail(
    tx,
    invitations.map(({ email, role, expiresAt }, index) => ({
      to: email,
      template: 'invitation' as const,
      props: {
        accountName: account.name,
        inviterName,
        roleName: ROLE_NAMES[role],
        url: `${env().APP_URL}/invitations/${tokens[index]}`,
        expiresAt: expiresAt.toISOString(),
      },
    })),
  )
  return null
}

/** Sets when a pending invitation expires, as its email is sent. */
export function extendInvitation(accountId: string, id: string, expiresAt: Date): Promise<void> {
  return withAccount(
    accountId,
    async (tx) => {
      await tx.invitation.updateMany({ where: { accountId, id, acceptedAt: null, revokedAt: null }, data: { expiresAt } })
    },
    { pool: 'job' },
  )
}
