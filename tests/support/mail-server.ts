import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { freePort } from '../../scripts/postgres.mjs'
import { startMailServer } from '../run/mail-server.mjs'

/**
 * Starts a mail server for the test file and sets SMTP_URL before the application reads it.
 * @returns functions that stop it and start it again on the same port
 */
export async function startTestMailServer() {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-mail-'))
  const port = await freePort()
  let server = await startMailServer(folder, { port })
  Object.assign(process.env, { SMTP_URL: server.url, MAIL_FROM: 'Heron <heron@example.com>', ATRIUM_MAILBOX: folder })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    stop: () => server.stop(),
    start: async () => {
      server = await startMailServer(folder, { port })
    },
  }
}
