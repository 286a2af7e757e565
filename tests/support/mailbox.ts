import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TEMPLATES } from '@/lib/platform/mail/templates'
import type { Template } from '@/lib/platform/mail/templates/template'

const TIMEOUT_MS = 20_000 // for a busy machine
const POLL_INTERVAL_MS = 50

export type ReadMail = { to: string; subject: string; text: string; html: string; messageId?: string; headers?: string[]; at: string }

/** The subject of a template, with sample values unless `props` overrides them. */
export function subjectOf(template: keyof typeof TEMPLATES, props: Record<string, string> = {}): string {
  const time = new Date(0).toISOString()
  const build = TEMPLATES[template] as (props: Record<string, string>) => Template
  return build({ url: '', at: time, expiresAt: time, roleName: 'Member', ...props }).subject
}

/**
 * Waits up to 30 seconds for an email and returns the newest match.
 * @param after only emails that arrived later than this
 * @param subject only emails whose subject contains this
 * @returns the email, with the links in its text in order
 * @throws if none arrives in time
 */
export async function newestMail(
  to: string,
  { after = new Date(0), subject = '' }: { after?: Date; subject?: string } = {},
): Promise<ReadMail & { links: string[] }> {
  for (const deadline = Date.now() + TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_INTERVAL_MS)) {
    const mail = mailsTo(to)
      .filter((each) => new Date(each.at) > after && each.subject.includes(subject))
      .at(-1)
    if (mail) return { ...mail, links: mail.text.match(/https?:\/\/\S+/g) ?? [] }
  }
  throw new Error(`No mail to ${to}${subject && `, "${subject}",`} within ${TIMEOUT_MS / 1000} s`)
}

/** All emails to an address that have arrived so far, oldest first. */
export function mailsTo(to: string): ReadMail[] {
  const mails = readdirSync(folder())
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => read(path.join(folder(), name)))
  return mails.filter((mail) => mail.to.toLowerCase() === to.toLowerCase()).sort((one, other) => one.at.localeCompare(other.at))
}

const mailsRead = new Map<string, ReadMail>() // a test that waits asks again and again

function read(file: string): ReadMail {
  const mail = mailsRead.get(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as ReadMail)
  mailsRead.set(file, mail)
  return mail
}

/** The folder of the tests' mail server or, against a development server, its mailbox. */
function folder(): string {
  return process.env.ATRIUM_MAILBOX || path.join(process.cwd(), '.data', 'mailbox')
}
