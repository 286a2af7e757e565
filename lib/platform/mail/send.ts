import 'server-only'
import { decryptPayload, type EncryptedMail } from './payload'
import { deliver } from './transport'

/**
 * Decrypts, renders, and delivers one queued email, as the `send-mail` job.
 * @throws if any step fails, so that the worker retries the job
 */
export async function sendMail(mail: EncryptedMail): Promise<void> {
  const props = decryptPayload(mail) as Record<string, unknown>
  const { renderEmail } = await import('./render') // slow to load, and needed only by a worker that has an email to send
  const { id, to, template } = mail
  await deliver({ id, to, template, ...(await renderEmail(template, props)) })
}
