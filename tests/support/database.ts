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

async function query<T extends Row>(url: string | undefined, sql: string, values: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as T[]
  } finally {
    await client.end()
  }
}

/** What every test of a refusal ends with: how many rows each table holds. */
export async function countRows(): Promise<Record<string, number>> {
  const tables = ['users', 'accounts', 'memberships', 'sessions', 'identities', 'audit_events']
  const [row] = await asSuperuser(`SELECT ${tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`)
  return row as Record<string, number>
}
