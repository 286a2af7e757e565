import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { lastStage, readStep } from '../container/image'

// The files that deploy the app, compared with what the app accepts. Nothing here starts a container.

const ROOT = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const SETTINGS = new Set([...read('.env.example').matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name))
const REQUIRED = ['APP_URL', 'DATABASE_URL', 'AUTH_SECRET', 'PASSWORD_PEPPER', 'FACTOR_KEY', 'SMTP_URL', 'MAIL_FROM', 'TRUSTED_PROXIES']

type Container = { command?: string[]; env?: Record<string, string>; isReadOnly?: boolean; isPrivileged?: boolean }

// biome-ignore lint/suspicious/noExplicitAny: files of other tools
type Yaml = any

const compose: Yaml = parse(read('compose.yaml'), { merge: true })
const objects: Yaml[] = readdirSync(path.join(ROOT, 'deploy/kubernetes')).flatMap((file) =>
  parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((document) => {
    expect(document.errors, file).toEqual([])
    return document.toJS()
  }),
)

function fromCompose(name: string): Container {
  const { command, environment: env, read_only: isReadOnly, cap_drop: dropped, security_opt: options } = compose.services[name]
  return { command, env, isReadOnly, isPrivileged: String(dropped) !== 'ALL' || !options.includes('no-new-privileges:true') }
}

/** Returns the specification of the pods of a workload. */
function podOf({ kind, spec }: Yaml): Yaml {
  return kind === 'Pod' ? spec : (kind === 'CronJob' ? spec.jobTemplate.spec : spec).template.spec
}

function fromKubernetes(name: string): Container {
  const spec = podOf(objects.find(({ kind, metadata }) => metadata.name === name && /Deployment|Job|Pod/.test(kind)))
  const [{ command, env = [], envFrom, securityContext }] = spec.containers
  const sources = envFrom.map(({ configMapRef, secretRef }: Yaml) =>
    objects.find(({ kind, metadata }) =>
      configMapRef ? kind === 'ConfigMap' && metadata.name === configMapRef.name : kind === 'Secret' && metadata.name === secretRef.name,
    ),
  )
  const isPrivileged =
    !spec.securityContext.runAsNonRoot || securityContext.allowPrivilegeEscalation || String(securityContext.capabilities.drop) !== 'ALL'
  return {
    command,
    env: Object.assign(
      {},
      ...sources.map(({ data, stringData }: Yaml) => data ?? stringData),
      ...env.map(({ name, value }: Yaml) => ({ [name]: value })),
    ),
    isReadOnly: securityContext.readOnlyRootFilesystem,
    isPrivileged,
  }
}

const SERVERS = { 'server of compose': () => fromCompose('server'), 'server of Kubernetes': () => fromKubernetes('atrium') }
const WORKERS = { 'worker of compose': () => fromCompose('worker'), 'worker of Kubernetes': () => fromKubernetes('atrium-worker') }
const MIGRATIONS = {
  'migration of compose': () => fromCompose('migrate'),
  'migration of Kubernetes': () => fromKubernetes('atrium-migrate'),
}
const BACKUPS = {
  'operator of compose': () => fromCompose('operator'),
  'operator of Kubernetes': () => fromKubernetes('atrium-operator'),
  'backup of Kubernetes': () => fromKubernetes('atrium-backup'),
}

describe.each(Object.entries({ ...SERVERS, ...WORKERS, ...MIGRATIONS, ...BACKUPS }))('the %s', (_, container) => {
  // ASVS 13.2.2
  test('sets only variables of .env.example, runs without privileges, and writes nothing to its image', () => {
    const { env = {}, isReadOnly, isPrivileged } = container()
    expect(Object.keys(env).filter((name) => !SETTINGS.has(name))).toEqual([])
    expect([isReadOnly, isPrivileged]).toEqual([true, false])
  })

  test('runs a file that the image has', () => {
    const [, script = ''] = container().command ?? ['node', 'server.js']
    expect(/^(server\.js|3600)$/.test(script) || existsSync(path.join(ROOT, script))).toBe(true)
  })
})

describe.each(Object.entries({ ...SERVERS, ...WORKERS }))('the %s', (_, container) => {
  test('sets what production requires, and does not get the owner role', () => {
    const names = Object.keys(container().env ?? {})
    expect(REQUIRED.filter((name) => !names.includes(name))).toEqual([])
    expect(names.filter((name) => /^(DATABASE_OWNER|BACKUP)_/.test(name))).toEqual([])
  })
})

test.each(Object.entries(BACKUPS))('the %s can back up, to a folder that is a volume', (_, container) => {
  expect(container().env).toMatchObject({
    BACKUP_DATABASE_URL: expect.any(String),
    BACKUP_KEY: expect.any(String),
    BACKUP_FOLDER: '/backups',
  })
  expect(read('Dockerfile')).toMatch(/^RUN install -d -o node -g node \/backups$/m)
})

test('the operator of compose is not started with the rest', () => {
  expect(compose.services.operator.profiles).toEqual(['operator'])
})

test('compose gives a server more time to stop than it takes', () => {
  const [, drainMs = ''] = /DRAIN_TIMEOUT_MS = ([\d_]+)/.exec(read('lib/platform/shutdown.ts')) ?? []
  for (const name of ['server', 'server-2', 'worker'])
    expect(Number.parseInt(compose.services[name].stop_grace_period, 10), name).toBeGreaterThan(
      (Number(drainMs.replace('_', '')) / 1000) * 2,
    )
})

test('PostgreSQL of compose is healthy when it accepts connections over TCP, and keeps the memory of its plans', () => {
  const { healthcheck, environment } = compose.services.postgres
  expect(healthcheck.test.join(' ')).toContain('pg_isready -h 127.0.0.1') // a temporary server answers on the socket
  const [, threshold = '', maximum = ''] =
    /MALLOC_TRIM_THRESHOLD_: String\((.*?)\), MALLOC_MMAP_THRESHOLD_: String\((.*?)\)/.exec(read('scripts/postgres.mjs')) ?? []
  const bytes = (product: string) => String(product.split(' * ').reduce((result, factor) => result * Number(factor), 1))
  expect(environment).toMatchObject({ MALLOC_TRIM_THRESHOLD_: bytes(threshold), MALLOC_MMAP_THRESHOLD_: bytes(maximum) })
})

test('the image build gets the release name and the key for forms, and keeps the key out of the image history', () => {
  const steps = read('Dockerfile')
  expect(steps).toMatch(/^ARG NEXT_DEPLOYMENT_ID$/m)
  expect(steps).toMatch(
    /^RUN --mount=type=secret,id=actions_key \\\n +NEXT_SERVER_ACTIONS_ENCRYPTION_KEY="\$\(cat \/run\/secrets\/actions_key 2>\/dev\/null\)" npm run build$/m,
  )
  expect(steps).not.toMatch(/^(ARG|ENV) .*ENCRYPTION_KEY/m)
  const { args, secrets } = compose.services.server.build
  expect(args).toEqual({ NEXT_DEPLOYMENT_ID: `\${NEXT_DEPLOYMENT_ID:-}` })
  expect([secrets, Object.keys(compose.secrets)]).toEqual([['actions_key'], ['actions_key']])
})

test('npm run test:container supports each step of the Dockerfile, and refuses others', () => {
  const steps = lastStage(read('Dockerfile'))
  expect(steps.length).toBeGreaterThan(6)
  for (const step of steps) expect(readStep(step), step).toBeTypeOf('function')
  for (const step of ['RUN apt-get install -y curl', 'COPY --from=build /src/.env ./', 'USER root'])
    expect(() => readStep(step), step).toThrow('does not know this step')
})

test('servers connect through PgBouncer; the worker and the migration connect to PostgreSQL, because they hold a session', () => {
  for (const server of Object.values(SERVERS)) expect(server().env?.DATABASE_URL).toMatch(/@pgbouncer:6432/)
  for (const other of Object.values({ ...WORKERS, ...MIGRATIONS })) expect(other().env?.DATABASE_URL).toMatch(/@[^/]+:5432/)
})

test('PgBouncer keeps no session, and accepts what the servers send when they connect', () => {
  const ini = read('deploy/pgbouncer.ini')
  expect(ini).toMatch(/^pool_mode = transaction$/m)
  expect(ini).toMatch(/^ignore_startup_parameters = .*statement_timeout.*idle_in_transaction_session_timeout.*options/m)
})

test('the files of compose exist, and deploy/compose.env.example has each of its variables', () => {
  const text = read('compose.yaml')
  const used = new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name))
  const given = new Set([...read('deploy/compose.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name))
  expect([...used].filter((name) => !given.has(name))).toEqual([])
  for (const [, file = ''] of text.matchAll(/- \.\/(deploy\/[^:]+):/g))
    if (!file.endsWith('userlist.txt')) expect(existsSync(path.join(ROOT, file)), file).toBe(true)
})

// ASVS 13.2.2
test('the image runs as a user without privileges, has a health check, and copies only the standalone build', () => {
  const [, runtime = ''] = read('Dockerfile')
    .split(/^FROM .*$/m)
    .slice(1)
  expect(runtime).toMatch(/^USER node$/m)
  expect(runtime).toMatch(/^HEALTHCHECK .*\/api\/health\/ready/m)
  expect([...runtime.matchAll(/^COPY .*$/gm)].map(([line]) => line)).toEqual([
    'COPY --from=build --chown=root:root /src/.next/standalone ./',
  ])
  const ignored = read('.dockerignore').split('\n')
  for (const name of ['**/.env', '.data', '.git', 'node_modules', 'deploy']) expect(ignored).toContain(name)
  const untracked = read('.gitignore').split('\n')
  for (const name of ['deploy/.env', 'deploy/userlist.txt', 'deploy/actions-key.txt']) expect(untracked).toContain(name)
})
