import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ARRIVES_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 50

export type ReadMail = { to: string; subject: string; text: string; html: string; messageId?: string; headers?: string[]; at: string }

/**
 * The newest mail to an address, as it arrived: waits up to ten seconds for one.
 * @param after only one that arrived later than this
 * @param subject only one whose subject has these words
 * @returns with the addresses that its text leads to, in order
 * @throws when none comes in time
 */
export async function newestMail(
  to: string,
  { after = new Date(0), subject = '' }: { after?: Date; subject?: string } = {},
): Promise<ReadMail & { links: string[] }> {
  for (const deadline = Date.now() + ARRIVES_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
    const mail = mailsTo(to)
      .filter((each) => new Date(each.at) > after && each.subject.includes(subject))
      .at(-1)
    if (mail) return { ...mail, links: mail.text.match(/https?:\/\/\S+/g) ?? [] }
  }
  throw new Error(`No mail to ${to}${subject && `, "${subject}",`} within ${ARRIVES_WITHIN_MS / 1000} s`)
}

/** Every mail to an address that has arrived so far, the oldest first. */
export function mailsTo(to: string): ReadMail[] {
  const mails = readdirSync(folder())
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name): ReadMail => JSON.parse(readFileSync(path.join(folder(), name), 'utf8')))
  return mails.filter((mail) => mail.to.toLowerCase() === to.toLowerCase()).sort((one, other) => one.at.localeCompare(other.at))
}

/** Where the mail server of the tests leaves it; against a development server, that one's own mailbox. */
function folder(): string {
  return process.env.ATRIUM_MAILBOX || path.join(process.cwd(), '.data', 'mailbox')
}
