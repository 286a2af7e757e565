import 'server-only'
import { createTransport } from 'nodemailer'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { isLoopback } from '@/lib/platform/tls.mjs'
import { storeInMailbox } from './mailbox'

const CONNECT_TIMEOUT_MS = 10_000
const SOCKET_TIMEOUT_MS = 20_000

/** A rendered email. The id stays the same across retries, so that a duplicate can be recognized by its Message-ID. */
export type OutgoingMail = { id: string; to: string; template: string; subject: string; text: string; html: string }

/**
 * Delivers an email: as a log line if MAIL is `log`, to the server of SMTP_URL if that is set, otherwise to the
 * development mailbox.
 * @throws if the mail server refuses it or cannot be reached
 */
export async function deliver(mail: OutgoingMail): Promise<void> {
  const { MAIL, SMTP_URL } = env()
  const { id, to, template } = mail
  if (MAIL === 'log') return log().info({ mail: id, to, template }, 'mail not sent: MAIL is log')
  if (!SMTP_URL) return storeInMailbox(mail)
  await sendBySmtp(SMTP_URL, mail)
  log().info({ mail: id, template }, 'mail sent')
}

/** Connects to the mail server of SMTP_URL and signs in, without sending anything. @throws if it refuses or does not answer */
export async function verifyMailServer(): Promise<void> {
  const transport = openTransport(env().SMTP_URL ?? '')
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

function openTransport(url: string) {
  return createTransport({
    url,
    requireTLS: env().SMTP_TLS === 'on' && !isLoopback(new URL(url).hostname), // smtp:// continues only after STARTTLS (RFC 3207)
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

async function sendBySmtp(url: string, { id, to, subject, text, html }: OutgoingMail): Promise<void> {
  const transport = openTransport(url)
  try {
    await transport.sendMail({
      from: env().MAIL_FROM,
      to: { name: '', address: to }, // nodemailer does not parse an object, so this stays one address
      subject,
      text,
      html,
      messageId: `<${id}@${new URL(env().APP_URL).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: suppresses out-of-office replies
      xMailer: false,
    })
  } finally {
    transport.close()
  }
}
