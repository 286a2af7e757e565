import pg from 'pg'

/** Sees and changes what the browser cannot: the rows behind it. */
export async function inDatabase<T extends Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_SUPERUSER_URL })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as T[]
  } finally {
    await client.end()
  }
}
