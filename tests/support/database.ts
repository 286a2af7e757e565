import pg from 'pg'

type Row = Record<string, unknown>

/**
 * Looks past row-level security, as no part of the application can: for a test to see what really is in the tables.
 * @returns the rows of one statement
 */
export async function asSuperuser<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
  return query<T>(process.env.DATABASE_SUPERUSER_URL, sql, values)
}

/** One statement under the role that the server runs as, with no door open. */
export async function asRuntime<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
  return query<T>(process.env.DATABASE_URL, sql, values)
}

/** One statement under the role that owns the tables, with no door open. */
export async function asOwner<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
  return query<T>(process.env.DATABASE_OWNER_URL, sql, values)
}

// Kept open for a file: to prove a password anew for each statement would be most of a test's time.
const pools = new Map<string | undefined, pg.Pool>()

async function query<T extends Row>(url: string | undefined, sql: string, values: unknown[]): Promise<T[]> {
  const pool = pools.get(url) ?? new pg.Pool({ connectionString: url, max: 5, allowExitOnIdle: true })
  if (!pools.has(url)) pool.on('error', () => undefined) // cut while it was idle, by what a test does; the pool makes another
  pools.set(url, pool)
  return (await pool.query(sql, values)).rows as T[]
}

/** What every test of a refusal ends with: how many rows each table holds. */
export async function countRows(): Promise<Record<string, number>> {
  const tables = ['users', 'accounts', 'memberships', 'sessions', 'identities', 'audit_events']
  const [row] = await asSuperuser(`SELECT ${tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`)
  return row as Record<string, number>
}

/** @returns the table that a resource declares in camel case */
export function tableOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
