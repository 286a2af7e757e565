import 'server-only'
import { type SealedMail, unseal } from './payload'
import { deliver } from './transport'

/** The job `send-mail`: opens, draws and delivers one waiting mail. Throws when it could not, so that it is tried again. */
export async function sendMail(waiting: SealedMail): Promise<void> {
  const props = unseal(waiting) as Record<string, unknown>
  const { drawMail } = await import('./render') // heavy, and only a worker with a mail to send needs it
  const { id, to, template } = waiting
  await deliver({ id, to, template, ...(await drawMail(template, props)) })
}
