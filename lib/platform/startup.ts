import 'server-only'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { BRAND } from '@/lib/brand'
import { Prisma } from '@/lib/generated/prisma/client'
import { EnvError, env, setAuthUrl } from './env'
import { log } from './log'
import { readWithoutContext } from './read'

const CONNECT_TIMEOUT_MS = 5_000
const START_ATTEMPTS = 4

/** Exits with 1 if a setting is missing or wrong, and prints one line for each. Everything else at startup reads the settings. */
export function exitUnlessConfigured(): void {
  try {
    setAuthUrl()
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    exitWith([...error.message.split('\n'), '.env.example describes every setting.'])
  }
}

/** Exits with 1 if the server cannot run with its database, and prints one line for each fault. */
export async function exitUnlessReady(): Promise<void> {
  const faults = await findStartFaults()
  if (faults.length) exitWith(faults)
}

function exitWith(faults: string[]): never {
  process.stderr.write(`${BRAND.name} did not start.\n${faults.map((fault) => `${fault}\n`).join('')}`)
  process.exit(1)
}

/** Tries again if a check fails: a busy machine can take longer to connect than a request may wait for a connection. */
async function findStartFaults(attempts = START_ATTEMPTS): Promise<string[]> {
  try {
    const fault = await findConnectionFault(env().DATABASE_URL)
    return fault ? [fault] : [...(await findRoleFaults()), ...(await findMissingMigrations()), ...(await findMissingQueue())]
  } catch (error) {
    if (attempts > 1) return findStartFaults(attempts - 1)
    return [`The startup checks failed: ${error instanceof Error ? error.message : error}`]
  }
}

/** Connects once, as the server will. @returns the cause and the remedy; undefined if the connection succeeds */
export async function findConnectionFault(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => undefined) // `connect` rejects with the same error
  try {
    await client.connect()
    return undefined
  } catch (error) {
    return describeConnectionFault(error as NodeJS.ErrnoException, new URL(url))
  } finally {
    await client.end().catch(() => undefined) // it may never have connected
  }
}

function describeConnectionFault({ code = '', message }: NodeJS.ErrnoException, { username, host, pathname }: URL): string {
  const [role, name] = [decodeURIComponent(username), decodeURIComponent(pathname.slice(1))]
  switch (code) {
    case '28P01':
    case '28000':
      return `The database refused the role "${role}": its password is wrong, or the role does not exist. Correct DATABASE_URL, or run npm run db:migrate, which creates the role.`
    case '3D000':
      return `The database "${name}" does not exist. Create it and run npm run db:migrate, or correct DATABASE_URL.`
    case '42501':
      return `The role "${role}" is not allowed to connect to the database "${name}". Run npm run db:migrate, which grants it.`
    default:
      return `No database answers at ${host} (${code || message}). Start it, or correct DATABASE_URL.`
  }
}

const READINESS_MAX_AGE_MS = 1_000

let latest: { startedAt: number; result: ReturnType<typeof checkReadiness> } | undefined

/** Returns the result of {@link checkReadiness}, at most a second old, so that anyone may call `/api/health/ready` often. */
export function readiness(): ReturnType<typeof checkReadiness> {
  const now = performance.now()
  if (!latest || now - latest.startedAt > READINESS_MAX_AGE_MS) latest = { startedAt: now, result: checkReadiness() }
  return latest.result
}

/** Runs the checks of `/api/health/ready`. Each is `ok` or `failing`; the reason is only logged. */
export async function checkReadiness(): Promise<Record<'database' | 'migrations' | 'role', 'ok' | 'failing'>> {
  const state = (faults: string[]) => (faults.length ? 'failing' : 'ok')
  try {
    const [role, migrations] = [await findRoleFaults(), [...(await findMissingMigrations()), ...(await findMissingQueue())]]
    return { database: 'ok', migrations: state(migrations), role: state(role) }
  } catch (error) {
    log().error({ err: error }, 'not ready')
    return { database: 'failing', migrations: 'failing', role: 'failing' }
  }
}

// Tables that belong to no account. Every other table must be isolated, including any added later.
const IDENTITY_TABLES = [
  'users',
  'sessions',
  'session_proofs',
  'devices',
  'identities',
  'tokens',
  'registrations',
  'sign_in_requests',
  'totp_factors',
  'totp_enrollments',
  'recovery_codes',
  'recovery_code_sheets',
  'remembered_browsers',
  'passkeys',
  'passkey_challenges',
  'factor_resets',
  'limits',
  'audit_trails',
  'audit_pending',
  '_prisma_migrations',
]

/** What the runtime role must not do with a column, even if a later migration or an operator grants it. */
const DENIED_COLUMNS = [
  { table: 'users', column: 'password_hash', privilege: 'SELECT' },
  { table: 'registrations', column: 'password_hash', privilege: 'SELECT' },
  { table: 'users', column: 'suspended_at', privilege: 'UPDATE' },
  { table: 'accounts', column: 'suspended_at', privilege: 'UPDATE' },
  { table: 'audit_events', column: 'created_at', privilege: 'INSERT' },
  { table: 'audit_events', column: 'actor_email', privilege: 'INSERT' },
  { table: 'audit_events', column: 'actor_name', privilege: 'INSERT' },
]

const roleFacts = z.object({
  role: z.string(),
  bypasses: z.boolean(),
  owns: z.boolean(),
  unforced: z.array(z.string()),
  granted: z.array(z.string()),
})

/** Finds what the runtime role must not be able to do, and tables without forced row-level security. */
export async function findRoleFaults(): Promise<string[]> {
  const [facts] = await readWithoutContext(
    roleFacts,
    Prisma.sql`
    SELECT current_user::text AS role,
      EXISTS (SELECT FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')) AS bypasses,
      EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')
      ) AS owns,
      ARRAY(
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND relname <> ALL (${IDENTITY_TABLES}) AND NOT (relrowsecurity AND relforcerowsecurity)
      ) AS unforced,
      ARRAY(
        SELECT format('%s on %I.%I', privilege, relname, attname)
          FROM jsonb_to_recordset(${JSON.stringify(DENIED_COLUMNS)}::jsonb) AS denied ("table" text, "column" text, privilege text)
          JOIN pg_class ON relnamespace = 'public'::regnamespace AND relname = "table"
          JOIN pg_attribute ON attrelid = pg_class.oid AND attname = "column"
         WHERE has_column_privilege(attrelid, attnum, privilege)
      ) AS granted`,
  )
  if (!facts) return []
  const faults = []
  if (facts.bypasses)
    faults.push(
      `The role "${facts.role}" of DATABASE_URL can bypass row-level security: it is, or can become, a superuser or BYPASSRLS role. Use another role; npm run db:migrate creates one.`,
    )
  if (facts.owns)
    faults.push(
      `The role "${facts.role}" of DATABASE_URL owns tables, or can become their owner, so it could turn row-level security off. Name the owner in DATABASE_OWNER_URL only.`,
    )
  if (!faults.length && facts.granted.length)
    faults.push(
      `The role "${facts.role}" of DATABASE_URL has privileges that the server must not have: ${facts.granted.join(', ')}. Revoke them.`,
    )
  for (const table of facts.unforced) faults.push(`Row-level security is not forced on the table "${table}".`)
  return faults
}

/** Finds migrations of this release that the database lacks. */
export async function findMissingMigrations(): Promise<string[]> {
  const known = readdirSync(path.join(process.cwd(), 'prisma', 'migrations'), { withFileTypes: true })
  const [table] = await readWithoutContext(
    z.object({ exists: z.boolean() }),
    Prisma.sql`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS exists`,
  )
  const applied = table?.exists
    ? await readWithoutContext(
        z.object({ migration_name: z.string() }),
        Prisma.sql`SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL`,
      )
    : []
  const names = new Set(applied.map(({ migration_name }) => migration_name))
  const missing = known.filter((entry) => entry.isDirectory() && !names.has(entry.name)).map(({ name }) => name)
  return missing.length ? [`The database is not migrated: ${missing.join(', ')} missing. Run npm run db:migrate.`] : []
}

// graphile-worker numbers its migrations. A newer version may have more of them; an older version cannot be used.
const QUEUE_VERSION = 19

/** Finds whether the job queue is missing or out of date. */
export async function findMissingQueue(): Promise<string[]> {
  const [table] = await readWithoutContext(
    z.object({ usable: z.boolean() }),
    Prisma.sql`
    SELECT EXISTS (
      SELECT FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid
      WHERE nspname = 'graphile_worker' AND relname = '_private_jobs'
        AND has_schema_privilege(pg_namespace.oid, 'USAGE') AND has_table_privilege(pg_class.oid, 'INSERT')
    ) AS usable`,
  )
  if (!table?.usable) return ['The job queue is missing, or this role is not allowed to use it. Run npm run db:migrate.']
  const [queue] = await readWithoutContext(
    z.object({ version: z.int().nullable() }),
    Prisma.sql`SELECT max(id) AS version FROM graphile_worker.migrations`,
  )
  return (queue?.version ?? 0) < QUEUE_VERSION ? ['The job queue is out of date. Run npm run db:migrate.'] : []
}

/** Returns the database's time, in milliseconds since 1970. */
export async function readDatabaseClock(): Promise<number> {
  const query = Prisma.sql`SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms`
  const [row] = await readWithoutContext(z.object({ ms: z.number() }), query)
  return row?.ms ?? 0
}
