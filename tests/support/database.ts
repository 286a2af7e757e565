import pg from 'pg'

type Row = Record<string, unknown>

/**
 * Runs a statement as a superuser, who bypasses row-level security, so that a test can see all rows.
 * @returns the rows of the statement
 */
export async function asSuperuser<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
  return query<T>(process.env.DATABASE_SUPERUSER_URL, sql, values)
}

/** Runs a statement as the runtime role, without a tenant context. */
export async function asRuntime<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
  return query<T>(process.env.DATABASE_URL, sql, values)
}

/** Runs a statement as the owner of the tables, without a tenant context. */
export async function asOwner<T extends Row = Row>(sql: string, values: unknown[] = []): Promise<T[]> {
  return query<T>(process.env.DATABASE_OWNER_URL, sql, values)
}

/**
 * SQL for the current time, rounded down to what a column of `timestamptz(3)` stores. PostgreSQL would round `now()` up as
 * often as down, to a time that a statement within the same millisecond has not reached yet.
 */
export const NOW = `date_trunc('milliseconds', now())`

// Pooled, because PostgreSQL's password check takes longer than most statements.
const pools = new Map<string | undefined, pg.Pool>()

async function query<T extends Row>(url: string | undefined, sql: string, values: unknown[]): Promise<T[]> {
  const pool = pools.get(url) ?? new pg.Pool({ connectionString: url, max: 5, allowExitOnIdle: true })
  if (!pools.has(url)) pool.on('error', () => undefined) // a test closed an idle connection, and the pool opens another
  pools.set(url, pool)
  return (await pool.query(sql, values)).rows as T[]
}

/** Counts the rows of the main tables, so that a test can show that a refusal changed nothing. */
export async function countRows(): Promise<Record<string, number>> {
  const tables = ['users', 'accounts', 'memberships', 'sessions', 'identities', 'audit_events']
  const [row] = await asSuperuser(`SELECT ${tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`)
  return row as Record<string, number>
}

/** @returns the name in snake case of a table that a resource declares in camel case */
export function tableOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
