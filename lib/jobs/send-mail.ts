import 'server-only'
import { extendInvitation } from '@/lib/invitations/emails'
import type { EncryptedMail } from '@/lib/platform/mail/payload'
import { sendMail } from '@/lib/platform/mail/send'
import { startLifetime } from '@/lib/tokens/tokens'

/**
 * Sends a queued email, as the `send-mail` job. The lifetime of its link starts now, so that an email that waited for the
 * mail server arrives with a link that works. An email whose link is void is not sent.
 * @throws if any step fails, so that the worker retries the job
 */
export function sendQueuedMail(mail: EncryptedMail): Promise<void> {
  return sendMail(mail, async (props) => {
    const token = LINK.exec(String(props.url))?.[1]
    if (!token) return props
    const started = await startLifetime(token)
    if (!started) return null
    const { accountId, invitationId, expiresAt } = started
    if (accountId && invitationId) await extendInvitation(accountId, invitationId, expiresAt)
    return 'expiresAt' in props ? { ...props, expiresAt: expiresAt.toISOString() } : props
  })
}

const LINK = /\/([A-Za-z0-9_-]{43})(?:\?|$)/
