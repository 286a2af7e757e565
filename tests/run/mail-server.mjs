// A mail server for the tests: real SMTP, and each mail it takes becomes a file that a test can read.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** How an address begins that the server does not take. */
export const NOT_HERE = 'not-here-'

/**
 * @typedef {object} ReceivedMail as a file in the folder, named in the order of arrival
 * @property {string} to whom it was delivered to, by the envelope
 * @property {string} subject @property {string} text @property {string} html
 * @property {string[]} headers each as it came, folded lines and all
 * @property {string} messageId @property {string} at ISO 8601
 */

/**
 * Starts it on loopback.
 * @param {string} folder for the mails; made when missing
 * @param {{ port?: number }} [options] port: any that is free, when left out
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
  server.on('error', () => undefined) // a client that hangs up is no fault of the test
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
  renameSync(unfinished, path.join(folder, `${name}.json`)) // whole or not at all, for whoever is reading
}
