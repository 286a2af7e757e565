import 'server-only'
import { createTransport } from 'nodemailer'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { keepInMailbox } from './mailbox'

const CONNECT_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 20_000

/** A mail ready to go. The id is the same at every try, so that a mail which goes out twice can be known as one. */
export type OutgoingMail = { id: string; to: string; template: string; subject: string; text: string; html: string }

/**
 * Hands a mail over: to the server of SMTP_URL; to a line of the log where MAIL is `log`; else to the mailbox of
 * development.
 * @throws when the server does not take it
 */
export async function deliver(mail: OutgoingMail): Promise<void> {
  const { MAIL, SMTP_URL } = env()
  const { id, to, template } = mail
  if (MAIL === 'log') return log().info({ mail: id, to, template }, 'mail not sent: MAIL is log')
  if (!SMTP_URL) return keepInMailbox(mail)
  await sendBySmtp(SMTP_URL, mail)
  log().info({ mail: id, template }, 'mail sent')
}

async function sendBySmtp(url: string, { id, to, subject, text, html }: OutgoingMail): Promise<void> {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail({
      from: env().MAIL_FROM,
      to: { name: '', address: to }, // as an object it is not parsed, so it is one address whatever it holds
      subject,
      text,
      html,
      messageId: `<${id}@${new URL(env().APP_URL).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: keeps away the answers of people on holiday
      xMailer: false,
    })
  } finally {
    transport.close()
  }
}
