import pg from 'pg'
import { asSuperuser } from './database'

export type Sent = { sql: string; values: unknown[] }

/** Keeps what really goes over the wire. @returns the statements so far, in order, and what ends the watching */
export function watchStatements(): { sent: Sent[]; stop: () => void } {
  const sent: Sent[] = []
  const send = pg.Client.prototype.query as (...args: unknown[]) => unknown
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [query, values] = args as [string | { text: string; values?: unknown[] }, unknown[]?]
    sent.push(typeof query === 'string' ? { sql: query, values: values ?? [] } : { sql: query.text, values: query.values ?? values ?? [] })
    return send.apply(this, args)
  } as typeof pg.Client.prototype.query
  const stop = () => {
    pg.Client.prototype.query = send as typeof pg.Client.prototype.query
  }
  return { sent, stop }
}

const VACUUMS = 50

/**
 * Does what autovacuum does in time, so that an index alone can answer. The tests' server commits before its log is on
 * disk, and until then vacuum trusts no row of that time; a checkpoint writes the log, but whoever commits right after it,
 * in any database, can bring the doubt back.
 */
export async function vacuum(...tables: string[]): Promise<void> {
  for (const table of tables) {
    let tries = 0
    do {
      if (tries === VACUUMS) throw new Error(`Vacuum does not get through ${table}`)
      tries += 1
      await asSuperuser('CHECKPOINT')
      await asSuperuser(`VACUUM ANALYZE ${table}`)
    } while (!(await isVisibleToAll(table)))
  }
}

async function isVisibleToAll(table: string): Promise<boolean> {
  const [kept] = await asSuperuser<{ pages: number; visible: number }>(
    'SELECT relpages AS pages, relallvisible AS visible FROM pg_class WHERE oid = $1::regclass',
    [table],
  )
  return !!kept && kept.pages > 0 && kept.pages === kept.visible
}

export type PlanNode = {
  'Node Type': string
  'Index Name'?: string
  'Total Cost': number
  /** these where it was carried out */
  'Actual Rows'?: number
  'Heap Fetches'?: number
  'Shared Hit Blocks'?: number
}

/**
 * How PostgreSQL carries a statement out, as the server's role and behind a door.
 * @param run whether it is carried out, so that what it took is counted too
 * @returns the nodes of the plan, from the top down
 */
export async function explain(
  { sql, values }: Sent,
  door: { userId?: string; accountId?: string },
  { run = false } = {},
): Promise<PlanNode[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  try {
    await client.query("SELECT set_config('app.user_id', $1, false), set_config('app.account_id', $2, false)", [
      door.userId ?? '',
      door.accountId ?? '',
    ])
    const { rows } = await client.query(`EXPLAIN (FORMAT JSON${run ? ', ANALYZE, BUFFERS' : ''}) ${sql}`, values)
    return flatten(rows[0]['QUERY PLAN'][0].Plan)
  } finally {
    await client.end()
  }
}

function flatten(plan: PlanNode & { Plans?: PlanNode[] }): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)]
}
