import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { freePort } from '../../scripts/postgres.mjs'
import { freshSecret } from '../../scripts/setup.mjs'
import { NO_SETTINGS } from '../run/server.mjs'

const ROOT = path.resolve(import.meta.dirname, '../..')
const OPEN_TIMEOUT_MS = 30_000

export const SECRETS = { AUTH_SECRET: freshSecret(), PASSWORD_PEPPER: freshSecret(), FACTOR_KEY: freshSecret() }

/** A production server in its own process, as `npm start` runs it. */
export class Server {
  output = ''
  private constructor(
    readonly process: ChildProcess,
    readonly origin: string,
  ) {}

  /** Starts a server, and waits until it is ready or has ended. */
  static async start(settings: Record<string, string | undefined>): Promise<Server> {
    const server = await Server.spawn(settings)
    await server.untilReady()
    return server
  }

  /** Starts a server, and returns at once. */
  static async spawn(settings: Record<string, string | undefined>): Promise<Server> {
    const port = settings.PORT ?? String(await freePort())
    const { NODE_ENV: _, APP_URL: __, DATABASE_URL: ___, ...inherited } = process.env
    const APP_URL = `http://localhost:${port}`
    const env = { ...inherited, ...NO_SETTINGS, ...SECRETS, APP_URL, ...settings, PORT: port } as unknown as NodeJS.ProcessEnv
    const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    return new Server(child, APP_URL)
  }

  private async untilReady(): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      for (const stream of [this.process.stdout, this.process.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          this.output += text
          if (this.output.includes('Ready at ')) resolve()
        })
      }
      setTimeout(resolve, OPEN_TIMEOUT_MS).unref()
    })
    await Promise.race([ready, once(this.process, 'close')])
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  /** Sends the server a signal, and waits until it has ended. @returns its exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.isRunning) {
      this.process.kill(signal)
      await once(this.process, 'exit')
    }
    return this.process.exitCode
  }

  /** Sends a request, and measures the time to its complete response in milliseconds. */
  async timed(pathname: string, init: RequestInit = {}) {
    const started = performance.now()
    const response = await fetch(`${this.origin}${pathname}`, { redirect: 'manual', ...init })
    const body = await response.text()
    return { status: response.status, headers: response.headers, body, ms: performance.now() - started }
  }
}
