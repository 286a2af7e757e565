import pg from 'pg'
import { z } from 'zod'

// Demo data happens within seconds, and should look like weeks. The runtime role cannot choose the time of an event, so the
// owner role moves the rows of the demo afterward, before they are in a hash chain or by starting their chains again.

export type DemoClock = {
  /** Dates everything written from now on to this many days ago, at a time of day in UTC such as `09:30`. Only move forward. */
  moveTo: (daysAgo: number, time?: string) => Promise<void>
}

type Period = { since: Date; back: number }

/**
 * Runs `fn`, then moves every time in the rows of the accounts and users that it returns.
 * @param ownerUrl of the role that owns the tables
 */
export async function withDemoClock(ownerUrl: string, fn: (clock: DemoClock) => Promise<{ accountIds: string[]; userIds: string[] }>) {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const now = async () => z.date().parse((await client.query('SELECT clock_timestamp() AS now')).rows[0].now)
  const periods: Period[] = []
  const moveTo: DemoClock['moveTo'] = async (daysAgo, time) => {
    const since = await now()
    const shown = new Date(since.getTime() - daysAgo * 86_400_000)
    if (time) shown.setUTCHours(Number(time.slice(0, 2)), Number(time.slice(3, 5)))
    periods.push({ since, back: since.getTime() - shown.getTime() })
  }
  try {
    const { accountIds, userIds } = await fn({ moveTo })
    await moveTo(0)
    if (accountIds.length) await moveRows(client, periods, [...accountIds, ...userIds])
  } finally {
    await client.end()
  }
}

/** Moves the times of the rows that belong to these accounts and users, in one transaction. */
async function moveRows(client: pg.Client, periods: Period[], ids: string[]): Promise<void> {
  await client.query('BEGIN')
  await client.query('CREATE TEMP TABLE demo_periods (since timestamptz, until timestamptz, back interval) ON COMMIT DROP')
  for (const [index, { since, back }] of periods.entries()) {
    const values = [since, periods[index + 1]?.since ?? 'infinity', `${back} milliseconds`]
    await client.query('INSERT INTO demo_periods VALUES ($1, $2, $3)', values)
  }
  // A time in the future, such as an expiry, moves with the time when its row was created.
  await client.query(`
    CREATE FUNCTION pg_temp.moved(at timestamptz, created timestamptz) RETURNS timestamptz LANGUAGE sql AS $$
      SELECT at - coalesce((SELECT back FROM demo_periods WHERE CASE WHEN at > clock_timestamp() THEN created ELSE at END BETWEEN since AND until LIMIT 1), '0')
    $$`)
  for (const table of await tablesWithTimes(client)) await moveTable(client, table, ids)
  await client.query(
    'UPDATE tokens SET lifetime_ms = extract(epoch FROM expires_at - now()) * 1000 WHERE expires_at > now() AND (user_id = ANY ($1) OR account_id = ANY ($1))',
    [ids],
  )
  await client.query('DELETE FROM tokens WHERE expires_at < now() AND (user_id = ANY ($1) OR account_id = ANY ($1))', [ids])
  await withoutRowSecurity(client, ['audit_chain', 'audit_events'], async () => {
    await client.query('DELETE FROM audit_chain WHERE trail_id = ANY ($1)', [ids])
    await client.query('INSERT INTO audit_pending SELECT trail_id, id FROM audit_events WHERE trail_id = ANY ($1) ON CONFLICT DO NOTHING', [
      ids,
    ])
  })
  await client.query('COMMIT')
}

const tableRow = z.object({ name: z.string(), owner: z.enum(['account_id', 'user_id', 'trail_id', 'id']), times: z.array(z.string()) })
type Table = z.output<typeof tableRow>

/** Returns the tables with a time, and the column that says whose a row is. */
async function tablesWithTimes(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query(`
    SELECT table_name AS name, array_agg(column_name::text) FILTER (WHERE data_type = 'timestamp with time zone') AS times,
           CASE WHEN bool_or(column_name = 'trail_id') THEN 'trail_id' WHEN bool_or(column_name = 'account_id') THEN 'account_id'
                WHEN bool_or(column_name = 'user_id') THEN 'user_id' ELSE 'id' END AS owner
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name
    HAVING bool_or(column_name = 'created_at') AND (bool_or(column_name IN ('account_id', 'user_id')) OR table_name IN ('accounts', 'users'))`)
  return z.array(tableRow).parse(rows)
}

async function moveTable(client: pg.Client, { name, owner, times }: Table, ids: string[]): Promise<void> {
  const owners = name === 'tokens' ? '(account_id = ANY ($1) OR user_id = ANY ($1))' : `${owner} = ANY ($1)`
  await withoutRowSecurity(client, [name], async () => {
    await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`) // updated_at would be now
    await client.query(
      `UPDATE ${name} SET ${times.map((time) => `${time} = pg_temp.moved(${time}, created_at)`).join(', ')} WHERE ${owners}`,
      [ids],
    )
    await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`)
  })
}

/** Runs `fn` while the owner role sees every row of these tables. */
async function withoutRowSecurity(client: pg.Client, tables: string[], fn: () => Promise<void>): Promise<void> {
  const { rows } = await client.query('SELECT relname AS name FROM pg_class WHERE relname = ANY ($1) AND relforcerowsecurity', [tables])
  for (const { name } of rows) await client.query(`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`)
  await fn()
  for (const { name } of rows) await client.query(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`)
}
