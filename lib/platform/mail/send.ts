import 'server-only'
import { decryptPayload, type EncryptedMail } from './payload'
import { deliver } from './transport'

/** The job `send-mail`: opens, draws and delivers one waiting mail. Throws when it could not, so that it is tried again. */
export async function sendMail(waiting: EncryptedMail): Promise<void> {
  const props = decryptPayload(waiting) as Record<string, unknown>
  const { renderEmail } = await import('./render') // heavy, and only a worker with a mail to send needs it
  const { id, to, template } = waiting
  await deliver({ id, to, template, ...(await renderEmail(template, props)) })
}
