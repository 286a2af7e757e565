import 'server-only'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { BRAND } from '@/lib/brand'
import { database } from './db'
import { isDatabaseUnavailable } from './db-errors'
import { EnvError, env, tellAuthJsItsOrigin } from './env'
import { log } from './log'

/** Where scripts/serve.mjs waits for the word: nothing, or why not. It opens to nobody before. */
const waiting = globalThis as typeof globalThis & { atriumBooted?: (refusal: string | undefined) => void }

/**
 * Refuses to serve where a promise could not be kept: a wrong setting, a database that is away or behind, a role that
 * could see past row-level security. Says which and why, a line each.
 * @returns whether to go on
 */
export async function boot(): Promise<boolean> {
  const refusal = await findRefusal()
  waiting.atriumBooted?.(refusal)
  if (!refusal || waiting.atriumBooted) return !refusal
  process.stderr.write(`${refusal}\n`)
  process.exit(1)
}

async function findRefusal(): Promise<string | undefined> {
  try {
    env()
    tellAuthJsItsOrigin()
    const faults = await findFaults()
    return faults.length ? `${BRAND.name} does not start:\n${faults.join('\n')}` : undefined
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    return `${BRAND.name} does not start, for its settings are not right:\n${error.message}\n.env.example names every variable.`
  }
}

async function findFaults(): Promise<string[]> {
  try {
    return [...(await findRoleFaults()), ...(await findMissingMigrations()), ...(await findMissingQueue())]
  } catch (error) {
    if (isDatabaseUnavailable(error)) return ['The database of DATABASE_URL does not answer.']
    throw error
  }
}

/** What `/api/health/ready` tells: each check `ok` or `failing`, and no reason, which is for the log. */
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

// What belongs to no account. Every other table must be isolated, also one that is added later.
const IDENTITY_TABLES = [
  'users',
  'sessions',
  'devices',
  'identities',
  'tokens',
  'registrations',
  'limits',
  'audit_trails',
  'audit_pending',
  '_prisma_migrations',
]

type RoleFacts = { role: string; bypasses: boolean; owns: boolean; unforced: string[] }

async function findRoleFaults(): Promise<string[]> {
  const [facts] = await database().$queryRaw<RoleFacts[]>`
    SELECT current_user::text AS role,
      EXISTS (SELECT FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')) AS bypasses,
      EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')
      ) AS owns,
      ARRAY(
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND relname <> ALL (${IDENTITY_TABLES}) AND NOT (relrowsecurity AND relforcerowsecurity)
      ) AS unforced`
  if (!facts) return []
  const faults = []
  if (facts.bypasses)
    faults.push(
      `The role "${facts.role}" of DATABASE_URL can bypass row-level security (it is, or can become, a superuser or BYPASSRLS role). Use one that cannot; npm run db:migrate makes it.`,
    )
  if (facts.owns)
    faults.push(
      `The role "${facts.role}" of DATABASE_URL owns tables, or can become their owner, and so could switch row-level security off. Name the owner in DATABASE_OWNER_URL only.`,
    )
  for (const table of facts.unforced) faults.push(`Row-level security is not forced on the table "${table}".`)
  return faults
}

async function findMissingMigrations(): Promise<string[]> {
  const known = readdirSync(path.join(process.cwd(), 'prisma', 'migrations'), { withFileTypes: true })
  const [there] = await database().$queryRaw<{ yes: boolean }[]>`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS yes`
  const applied = there?.yes
    ? await database().$queryRaw<{ migration_name: string }[]>`SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL`
    : []
  const names = new Set(applied.map(({ migration_name }) => migration_name))
  const missing = known.filter((entry) => entry.isDirectory() && !names.has(entry.name)).map(({ name }) => name)
  return missing.length ? [`The database is not migrated: ${missing.join(', ')} missing. Run npm run db:migrate.`] : []
}

// graphile-worker counts its migrations. A newer release of it may have gone ahead; an older one must not.
const QUEUE_VERSION = 19

async function findMissingQueue(): Promise<string[]> {
  const [there] = await database().$queryRaw<{ yes: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid
      WHERE nspname = 'graphile_worker' AND relname = '_private_jobs'
        AND has_schema_privilege(pg_namespace.oid, 'USAGE') AND has_table_privilege(pg_class.oid, 'INSERT')
    ) AS yes`
  if (!there?.yes) return ['The queue of jobs, which mail goes through, is missing or closed to this role. Run npm run db:migrate.']
  const [queue] = await database().$queryRaw<{ version: number }[]>`SELECT max(id) AS version FROM graphile_worker.migrations`
  return (queue?.version ?? 0) < QUEUE_VERSION ? ['The queue of jobs, which mail goes through, is behind. Run npm run db:migrate.'] : []
}
