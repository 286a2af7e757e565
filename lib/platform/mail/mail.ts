import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { emailField } from '@/lib/email-address'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueJobs } from '@/lib/platform/queue'
import { encryptPayload } from './payload'
import type { TEMPLATES } from './templates'

type Templates = typeof TEMPLATES

/** A mail to one person: which letter, and what that letter needs to know. A `url` is finished, and begins with APP_URL. */
export type Mail = { [T in keyof Templates]: { to: string; template: T; props: Parameters<Templates[T]>[0] } }[keyof Templates]

/**
 * Queues mails in the transaction of their cause: they go out after it commits, each once, and not at all when it does
 * not. Drawn and sent by the worker, which tries again for four days when the mail server is away.
 * @throws when `to` is not one plain address, or a link leads to another origin: both are faults of the caller
 */
export async function queueMail(tx: Tx, mails: readonly Mail[]): Promise<void> {
  await queueJobs(
    tx,
    'send-mail',
    mails.map(({ to, template, props }) => {
      requireOwnOrigin(props.url)
      return encryptPayload({ id: uuidv7(), to: emailField.parse(to), template }, props)
    }),
  )
}

function requireOwnOrigin(url: string) {
  if (URL.canParse(url) && new URL(url).origin === env().APP_URL) return
  throw new Error('A link in a mail must begin with APP_URL')
}
