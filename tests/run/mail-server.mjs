// A mail server for the tests. It speaks SMTP, and stores each mail in a file that tests can read.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** The beginning of addresses that the server rejects. */
export const NOT_HERE = 'not-here-'

/**
 * @typedef {object} ReceivedMail the content of a file; files are named in the order of arrival
 * @property {string} to the recipient in the envelope
 * @property {string} subject @property {string} text @property {string} html
 * @property {string[]} headers each as received, with its folded lines
 * @property {string} messageId @property {string} at ISO 8601
 */

/**
 * Starts the mail server on loopback.
 * @param {string} folder for the mails, created if missing
 * @param {{ port?: number }} [options] port: a free one if omitted
 * @returns {Promise<{ url: string, port: number, stop: () => Promise<void> }>} url: for SMTP_URL
 */
export async function startMailServer(folder, { port = 0 } = {}) {
  mkdirSync(folder, { recursive: true })
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo: ({ address }, _, done) => {
      const refused = Object.assign(new Error(`5.1.1 <${address}>: Recipient address rejected`), { responseCode: 550 })
      done(address.startsWith(NOT_HERE) ? refused : null)
    },
    onData: (stream, session, done) => {
      simpleParser(stream, { skipTextToHtml: true, skipHtmlToText: true }).then((mail) => {
        count += 1
        for (const [index, { address }] of session.envelope.rcptTo.entries()) keep(folder, `${Date.now()}-${count}-${index}`, address, mail)
        done()
      }, done)
    },
  })
  const listening = await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(/** @type {import('node:net').AddressInfo} */ (server.server.address()).port))
  })
  server.on('error', () => undefined) // a client that closes the connection early must not fail the test
  return { url: `smtp://127.0.0.1:${listening}`, port: listening, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** @param {string} folder @param {string} name @param {string} to @param {import('mailparser').ParsedMail} mail */
function keep(folder, name, to, mail) {
  /** @type {ReceivedMail} */
  const received = {
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    headers: mail.headerLines.map(({ line }) => line),
    messageId: mail.messageId ?? '',
    at: new Date().toISOString(),
  }
  const unfinished = path.join(folder, `.${name}`)
  writeFileSync(unfinished, JSON.stringify(received))
  renameSync(unfinished, path.join(folder, `${name}.json`)) // atomic, so that a test never reads half of it
}
