// npm run dev: everything from a fresh clone to a running server, and nothing left behind when it ends.
import { rmSync, writeFileSync } from 'node:fs'
import { CliError, runScript, say } from './cli.mjs'
import { DATA_DIR, DEV_NOTE, dataFolder, loadEnv, prepare, readDevNote, writeFirstEnv } from './setup.mjs'

await runScript(async () => {
  const releaseLock = takeLock()
  try {
    await prepare()
    writeFirstEnv()
    loadEnv()
    const { serveUntilStopped } = await import('./server.mjs')
    await serveUntilStopped({ dev: true, dataDir: DATA_DIR, onReady: (url) => welcome(url) })
  } finally {
    releaseLock()
  }
})

/** @param {string} url */
function welcome(url) {
  writeLock({ url, runtimeUrl: process.env.DATABASE_URL, ownerUrl: process.env.DATABASE_OWNER_URL }) // for db:migrate and db:seed
  say(
    `\nAtrium is open at ${url}\n\n  Next: open it and create an account, or run \`npm run db:seed\` for demo data.\n${process.env.SMTP_URL ? '' : `  Its mail is at ${url}/dev/mailbox\n`}  Build your product in app/private. Ctrl-C ends everything.\n`,
  )
}

/** One server a checkout: a second would fight for the database and the build folder. */
function takeLock() {
  const running = readDevNote()
  if (running) {
    throw new CliError(
      `Atrium is already running in this checkout${running.url ? ` at ${running.url}` : ', still starting'} (pid ${running.pid}). Use that one, or stop it: kill ${running.pid}`,
    )
  }
  writeLock({})
  return () => rmSync(DEV_NOTE, { force: true })
}

/** @param {{ url?: string, runtimeUrl?: string | undefined, ownerUrl?: string | undefined }} facts */
function writeLock(facts) {
  dataFolder()
  writeFileSync(DEV_NOTE, JSON.stringify({ pid: process.pid, ...facts }), { mode: 0o600 })
}
