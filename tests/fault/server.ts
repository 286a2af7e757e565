import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { freePort } from '../../scripts/postgres.mjs'
import { NO_SETTINGS } from '../run/server.mjs'

const ROOT = path.resolve(import.meta.dirname, '../..')
const OPEN_TIMEOUT_MS = 30_000

export const SECRETS = { AUTH_SECRET: 's'.repeat(40), PASSWORD_PEPPER: 'p'.repeat(40) }

/** A production server of this build, in a process of its own, as `npm start` runs it. */
export class Server {
  output = ''
  private constructor(
    readonly process: ChildProcess,
    readonly origin: string,
  ) {}

  /** Starts it, and waits until it is open or has ended. */
  static async start(settings: Record<string, string | undefined>): Promise<Server> {
    const port = settings.PORT ?? String(await freePort())
    const { NODE_ENV: _, APP_URL: __, DATABASE_URL: ___, ...inherited } = process.env
    const env = { ...inherited, ...NO_SETTINGS, ...SECRETS, ...settings, PORT: port } as unknown as NodeJS.ProcessEnv
    const child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const server = new Server(child, `http://localhost:${port}`)
    const opened = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          server.output += text
          if (server.output.includes('Atrium is open')) resolve()
        })
      }
      setTimeout(resolve, OPEN_TIMEOUT_MS).unref()
    })
    await Promise.race([opened, once(child, 'exit')])
    return server
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  /** Asks it to end, and waits until it has. @returns its exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.isRunning) {
      this.process.kill(signal)
      await once(this.process, 'exit')
    }
    return this.process.exitCode
  }

  /** A request, with how long its answer took in milliseconds. */
  async timed(pathname: string, init: RequestInit = {}) {
    const started = performance.now()
    const response = await fetch(`${this.origin}${pathname}`, { redirect: 'manual', ...init })
    const body = await response.text()
    return { status: response.status, headers: response.headers, body, ms: performance.now() - started }
  }
}
