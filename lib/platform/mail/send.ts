import 'server-only'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { decryptPayload, type EncryptedMail } from './payload'
import { deliver } from './transport'

/**
 * Decrypts, renders, and delivers one queued email.
 * @param prepare gets the props just before the email is rendered, and returns the ones to render; null to not send it
 * @throws if any step fails, so that the worker retries the job
 */
export async function sendMail(
  mail: EncryptedMail,
  prepare: (props: Record<string, unknown>) => Promise<Record<string, unknown> | null> = async (props) => props,
): Promise<void> {
  const props = await prepare(decryptPayload(mail) as Record<string, unknown>)
  if (!props) return log().info({ mail: mail.id, template: mail.template }, 'mail not sent: its link is void')
  const { renderEmail } = await import('./render') // slow to load, and needed only by a worker that has an email to send
  const { id, to, template } = mail
  await deliver({ id, to, template, ...(await renderEmail(template, onThisServer(props), to)) })
}

/** Rewrites a link to this server's APP_URL: the process that queued the email, such as `npm run db:seed`, may have had another. */
function onThisServer(props: Record<string, unknown>): Record<string, unknown> {
  if (typeof props.url !== 'string') return props
  const { pathname, search } = new URL(props.url)
  return { ...props, url: new URL(`${pathname}${search}`, env().APP_URL).href }
}
