import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { freePort } from '../../scripts/postgres.mjs'
import { startMailServer } from '../run/mail-server.mjs'

/**
 * A mail server for one test file, named in its settings before the application reads them. It can go away and come
 * back on the same port.
 */
export async function ownMailServer() {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-mail-'))
  const port = await freePort()
  let server = await startMailServer(folder, { port })
  Object.assign(process.env, { SMTP_URL: server.url, MAIL_FROM: 'Atrium <atrium@example.com>', ATRIUM_MAILBOX: folder })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    goAway: () => server.stop(),
    comeBack: async () => {
      server = await startMailServer(folder, { port })
    },
  }
}
