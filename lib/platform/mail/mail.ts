import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { emailField } from '@/lib/email-address'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueJobs } from '@/lib/platform/queue'
import { type EncryptedMail, encryptPayload } from './payload'
import type { TEMPLATES } from './templates'

type Templates = typeof TEMPLATES

/** An email to one person: the template and its props. `url` is absolute and begins with APP_URL. */
export type Mail = { [T in keyof Templates]: { to: string; template: T; props: Parameters<Templates[T]>[0] } }[keyof Templates]

// Security mail, such as a link to reset a password, is sent before everything else that is queued.
const SECURITY_PRIORITY = -10
const PRIORITIES: Partial<Record<Mail['template'], number>> = { 'ownership-offer': 0, invitation: 10 }

/**
 * Queues emails in the caller's transaction, so that they are sent once if it commits and never if it rolls back. The
 * worker renders and sends them, and retries for four days if the mail server is unavailable.
 * @throws if `to` is not one plain address or a link leads to another origin; both are bugs in the caller
 */
export async function queueMail(tx: Tx, mails: readonly Mail[]): Promise<void> {
  for (const priority of new Set(mails.map(priorityOf))) {
    const payloads = mails.filter((mail) => priorityOf(mail) === priority).map(payloadOf)
    await queueJobs(tx, 'send-mail', payloads, { priority })
  }
}

/**
 * Queues one email like {@link queueMail}.
 * @param insert a statement that is run with it, such as the one that stores the token of its link
 */
export async function queueMailWith(tx: Tx, insert: Prisma.Sql, mail: Mail): Promise<void> {
  await queueJobs(tx, 'send-mail', [payloadOf(mail)], { priority: priorityOf(mail), with: insert })
}

/**
 * Queues one email like {@link queueMail}, unless a limit is exceeded.
 * @param count a statement that counts the email: see `countAttempt`
 */
export async function queueLimitedMail(tx: Tx, count: Prisma.Sql, mail: Mail): Promise<void> {
  await queueJobs(tx, 'send-mail', [payloadOf(mail)], { priority: priorityOf(mail), with: count, ifAllowed: true })
}

function payloadOf({ to, template, props }: Mail): EncryptedMail {
  requireOwnOrigin(props.url)
  return encryptPayload({ id: uuidv7(), to: emailField.parse(to), template }, props)
}

function priorityOf({ template }: Mail): number {
  return PRIORITIES[template] ?? SECURITY_PRIORITY
}

function requireOwnOrigin(url: string) {
  if (URL.canParse(url) && new URL(url).origin === env().APP_URL) return
  throw new Error('A link in an email must begin with APP_URL')
}
