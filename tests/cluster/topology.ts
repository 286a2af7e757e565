// The processes of a cluster on one machine: PostgreSQL, PgBouncer, servers of the standalone build, a worker, and nginx.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'
import { copyTemplate, named, startTestDatabases } from '../run/databases.mjs'
import { startMailServer } from '../run/mail-server.mjs'
import { runNode } from '../run/processes.mjs'
import { NO_SETTINGS, RESULTS } from '../run/server.mjs'

const DATABASE = 'atrium_cluster' // a copy, so that a test can make another copy of the template while servers run
const READY_TIMEOUT_MS = 60_000
const NOBODY = { uid: 65_534, gid: 65_534 }
const isRoot = process.getuid?.() === 0

export type Ports = { pgbouncer: number; proxy: number; servers: number[] }
type Settings = Record<string, string>
type Urls = { superuser: string; owner: string; runtime: string }
type Databases = { template: Urls; urls: Urls; stop: () => Promise<void> }

/** Explains what to install if a program is missing. */
export function requirePrograms(programs = ['pgbouncer', 'nginx']): void {
  for (const program of programs)
    if (!isInstalled(program))
      throw new CliError(`The cluster needs ${program}. Install it, and do not start it as a service: apt-get install -y ${program}`)
}

/** @returns whether there is such a program on the PATH, whatever it answers when asked for its version */
export function isInstalled(program: string): boolean {
  try {
    execFileSync(program, [program === 'caddy' ? 'version' : '-v'], { stdio: 'ignore' })
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

async function startDatabases(): Promise<Databases> {
  const { urls: template, stop } = await startTestDatabases()
  const { superuser, owner, runtime } = template
  await copyTemplate(superuser, DATABASE)
  return {
    template,
    urls: { superuser: named(superuser, DATABASE), owner: named(owner, DATABASE), runtime: named(runtime, DATABASE) },
    stop,
  }
}

/** A cluster that is being tried. */
export class Cluster {
  readonly processes = new Map<string, ChildProcess>()
  private constructor(
    readonly ports: Ports,
    readonly folder: string,
    readonly databases: Databases,
    readonly mail: Awaited<ReturnType<typeof startMailServer>>,
    public settings: Settings,
  ) {}

  get origin(): string {
    return `http://localhost:${this.ports.proxy}`
  }

  /** Starts everything but the servers. */
  static async start(ports: Ports, settings: Settings): Promise<Cluster> {
    const folder = mkdtempSync(path.join(tmpdir(), 'atrium-cluster-'))
    chmodSync(folder, 0o755)
    mkdirSync(RESULTS, { recursive: true })
    const databases = await startDatabases()
    const mail = await startMailServer(path.join(folder, 'mail'))
    const cluster = new Cluster(ports, folder, databases, mail, settings)
    try {
      cluster.#startPgBouncer()
      cluster.#startProxy()
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  /** The servers' DATABASE_URL, through PgBouncer. */
  get pooledUrl(): string {
    const url = new URL(this.databases.urls.runtime)
    url.port = String(this.ports.pgbouncer)
    return url.href
  }

  #startPgBouncer() {
    const { username, password, port, host } = new URL(this.databases.urls.runtime)
    const folder = path.join(this.folder, 'pgbouncer')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'userlist.txt'), `"${username}" "${password}"\n`)
    const ini = readFileSync(path.join(ROOT, 'deploy/pgbouncer.ini'), 'utf8')
      .replace('atrium = host=postgres port=5432 dbname=atrium', `${DATABASE} = host=${host.split(':')[0]} port=${port}`)
      .replace('0.0.0.0', '127.0.0.1')
      .replace('6432', String(this.ports.pgbouncer))
      .replace('/etc/pgbouncer/userlist.txt', path.join(folder, 'userlist.txt'))
    writeFileSync(path.join(folder, 'pgbouncer.ini'), `${ini}\nunix_socket_dir =\n`)
    if (isRoot) for (const name of ['', 'userlist.txt', 'pgbouncer.ini']) chownSync(path.join(folder, name), NOBODY.uid, NOBODY.gid)
    this.#spawn('pgbouncer', 'pgbouncer', [path.join(folder, 'pgbouncer.ini')], process.env, isRoot ? NOBODY : {})
  }

  #writeProxyConfig(up: number[]) {
    const { servers, proxy } = this.ports
    const lines = servers.map((port, n) => `\tserver 127.0.0.1:${port} max_fails=0${up.includes(n) ? '' : ' down'};`)
    const site = readFileSync(path.join(ROOT, 'deploy/nginx.conf'), 'utf8')
      .replace(/(\tserver 10\.0\.0\.\d:3000 [^\n]*\n)+/, `${lines.join('\n')}\n`)
      .replace('listen 443 ssl', `listen ${proxy}`)
      .replace(/\tssl_certificate.*\n/g, '')
      .replaceAll('/var/log/nginx', this.folder)
      .replace(/error_log [^;]*/, `error_log ${path.resolve(RESULTS, 'cluster-nginx.log')}`)
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${this.folder}/${name};`)
    writeFileSync(
      path.join(this.folder, 'nginx.conf'),
      `daemon off; worker_processes 1; pid ${this.folder}/nginx.pid; events { worker_connections 1024; }\nhttp { ${paths.join(' ')}\n${site}\n}\n`,
    )
  }

  #startProxy() {
    this.#writeProxyConfig(this.ports.servers.map((_, n) => n))
    this.#spawn('nginx', 'nginx', ['-c', path.join(this.folder, 'nginx.conf'), '-e', path.join(this.folder, 'error.log')], process.env)
  }

  /** Starts Caddy with TLS in front of the servers. @returns the file of the authority that its certificate is from */
  startCaddy(port: number): string {
    const site = readFileSync(path.join(ROOT, 'deploy/Caddyfile'), 'utf8').replace(
      'server:3000 server-2:3000',
      this.ports.servers.map((server) => `127.0.0.1:${server}`).join(' '),
    )
    const file = path.join(this.folder, 'Caddyfile')
    writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n${site}`)
    const env = { ...process.env, APP_HOST: `localhost:${port}`, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder }
    this.#spawn('caddy', 'caddy', ['run', '--config', file, '--adapter', 'caddyfile'], env)
    return path.join(this.folder, 'caddy/pki/authorities/local/root.crt')
  }

  /** Runs a command with the settings of a server, and its output here. @returns the exit code */
  run(args: string[], changed: Settings): Promise<number> {
    return runNode(args, { env: this.#env({ DATABASE_URL: this.pooledUrl, WORKER: 'off', ...changed }) as Settings })
  }

  /** Sends new requests to these servers only. */
  async route(...up: number[]): Promise<void> {
    this.#writeProxyConfig(up)
    this.processes.get('nginx')?.kill('SIGHUP')
    await sleep(1_000) // the new workers have started, and the old ones finish their requests
  }

  /** Starts a server of a standalone build, and waits until it is ready. */
  async startServer(n: number, changed: Settings = {}, folder = '.next/standalone'): Promise<void> {
    const port = this.ports.servers[n] ?? 0
    const env = this.#env({ DATABASE_URL: this.pooledUrl, WORKER: 'off', PORT: String(port), HOSTNAME: '127.0.0.1', ...changed })
    const server = this.#spawn(`server-${n}`, process.execPath, [path.join(folder, 'server.js')], env)
    await this.#untilReady(server, `http://127.0.0.1:${port}/api/health/ready`)
  }

  /** Starts the worker, with its own connection to PostgreSQL. */
  startWorker(changed: Settings = {}): void {
    const env = this.#env({ DATABASE_URL: this.databases.urls.runtime, WORKER: 'off', ...changed })
    this.#spawn('worker', process.execPath, ['scripts/worker.mjs'], env)
  }

  /** Restarts the worker, with the settings that the cluster has now. */
  async replaceWorker(): Promise<void> {
    await this.stopProcess('worker')
    this.startWorker()
  }

  /** Takes a server out of the proxy, restarts it, and puts it back when it is ready. */
  async replaceServer(n: number): Promise<void> {
    await this.route(...this.ports.servers.map((_, other) => other).filter((other) => other !== n))
    await this.stopProcess(`server-${n}`)
    await this.startServer(n)
    await this.route(...this.ports.servers.map((_, other) => other))
  }

  #env(changed: Settings): NodeJS.ProcessEnv {
    const mail = { MAIL: '', SMTP_URL: this.mail.url, MAIL_FROM: 'Heron <heron@example.com>' }
    return {
      ...process.env,
      ...NO_SETTINGS,
      NODE_ENV: 'production',
      APP_URL: this.origin,
      TRUSTED_PROXIES: '1',
      ...mail,
      ...this.settings,
      ...changed,
    } as NodeJS.ProcessEnv
  }

  #spawn(name: string, program: string, args: string[], env: NodeJS.ProcessEnv, user: { uid?: number; gid?: number } = {}): ChildProcess {
    const output = openSync(path.join(RESULTS, `cluster-${name}.log`), 'a')
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', output, output], ...user })
    this.processes.set(name, child)
    return child
  }

  async #untilReady(server: ChildProcess, url: string): Promise<void> {
    for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
      if (server.exitCode !== null) throw new CliError(`A server ended while it started. See ${RESULTS}.`)
      if ((await fetch(url).catch(() => undefined))?.ok) return
    }
    throw new CliError(`A server was not ready in time. See ${RESULTS}.`)
  }

  /** Ends a process with SIGTERM, and waits for its end. */
  async stopProcess(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.processes.get(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const name of ['caddy', 'nginx', 'worker', ...this.ports.servers.map((_, n) => `server-${n}`), 'pgbouncer'])
      await this.stopProcess(name, name === 'pgbouncer' ? 'SIGINT' : 'SIGTERM')
    await this.mail.stop()
    await this.databases.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
