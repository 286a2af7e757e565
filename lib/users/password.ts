import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import type { Client } from '@/lib/client'
import type { Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { queueMail } from '@/lib/mail/mail'
import { forgetDevices } from '@/lib/sessions/devices'
import { endSessionsOf, type SessionId } from '@/lib/sessions/sessions'
import { voidUserTokens } from '@/lib/tokens/tokens'

/**
 * Puts a new password in the place of the old one, through the person's door: their other sessions end, links that could
 * set another are void, and they are told by mail (ASVS 6.3.7, 7.4.3).
 * @param kind how it came about: changed by someone signed in, or reset by a link from a mail
 * @param except the session that goes on, when it was changed from one
 */
export async function replacePassword(
  tx: Tx,
  user: { id: string; email: string },
  {
    passwordHash,
    kind,
    except,
    client,
  }: {
    passwordHash: string
    kind: 'user.password-changed' | 'user.password-reset'
    except?: SessionId
    client: Client
  },
): Promise<void> {
  await tx.user.update({ where: { id: user.id }, data: { passwordHash }, select: { id: true } })
  await voidUserTokens(tx, user.id, ['password-reset'])
  await endSessionsOf(tx, user.id, { except, actorId: user.id, client })
  if (kind === 'user.password-reset') await forgetDevices(tx, user.id) // whoever knew the old one may have signed in from somewhere
  await recordEvent(tx, { kind, userId: user.id, actorId: user.id, client })
  await queueMail(tx, [{ to: user.email, template: 'password-changed', props: { url: `${env().APP_URL}/forgot-password` } }])
}
