import pg from 'pg'
import { expect } from 'vitest'

export type Sent = { sql: string; values: unknown[] }

type Prepared = { name?: string; text: string }
type Connection = pg.Connection & { parsedStatements: Record<string, string> }
type Binding = { statement?: string; values?: unknown[] }

/** Runs `fn`. @returns the statements that it sent to the database, in order, transaction control included */
export async function statementsOf(fn: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = []
  const prepared = new Map<string, string>() // each text by its name; the unnamed one is the last, as nothing comes between
  const { query, parse, bind } = pg.Connection.prototype
  Object.assign(pg.Connection.prototype, {
    query(this: pg.Connection, sql: string) {
      sent.push({ sql, values: [] })
      return query.call(this, sql)
    },
    parse(this: pg.Connection, statement: Prepared, ...rest: [boolean]) {
      prepared.set(statement.name ?? '', statement.text)
      return parse.call(this, statement as Parameters<typeof parse>[0], ...rest)
    },
    bind(this: Connection, binding: Binding, ...rest: [boolean]) {
      const name = binding.statement ?? ''
      sent.push({ sql: this.parsedStatements[name] ?? prepared.get(name) ?? '', values: binding.values ?? [] })
      return bind.call(this, binding as Parameters<typeof bind>[0], ...rest)
    },
  })
  try {
    await fn()
  } finally {
    Object.assign(pg.Connection.prototype, { query, parse, bind })
  }
  return sent
}

/** The tenant context in which to explain a statement. */
export type Context = { userId?: string; accountId?: string }

/** The limit on rows per step, unless a test names another. Tests of plans give the account ten times as many. */
const FEW_ROWS = 500
/** Blocks of 8 kB for reading one row through an index, including the subqueries of policies. */
const BLOCKS_PER_ROW = 8
const EXTRA_BLOCKS = 20

/**
 * Runs `fn`, and fails if a statement on this table reads, filters out, or sorts too many rows in any step of its plan, or
 * reads an index from end to end. It does not matter which plan PostgreSQL chooses.
 */
export async function expectFewRows(table: string, context: Context, fn: () => Promise<unknown>, few = FEW_ROWS): Promise<void> {
  const statements = (await statementsOf(fn)).filter(({ sql }) => new RegExp(`(FROM|UPDATE) ("public"\\.)?"?${table}\\b`).test(sql))
  expect(statements.length, `statements on ${table}`).toBeGreaterThan(0)
  for (const statement of statements) {
    const costly = (await explain(statement, context)).filter((node) => isCostly(node, few))
    const steps = costly.map(
      (node) =>
        `${node['Node Type']} of ${node['Index Name'] ?? node['Relation Name'] ?? ''}: ${rowsHandled(node)} rows, ${node['Shared Hit Blocks']} blocks`,
    )
    expect(steps, statement.sql).toEqual([])
  }
}

type PlanNode = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Shared Hit Blocks': number
  Plans?: PlanNode[]
}

function isCostly(node: PlanNode, few: number): boolean {
  const rows = rowsHandled(node)
  const isScan = node['Node Type'].endsWith('Scan') && node['Relation Name'] !== undefined // not what an INSERT writes
  const blocksAllowed = EXTRA_BLOCKS + BLOCKS_PER_ROW * Math.max(rows, node['Actual Loops'])
  return rows > few || (isScan && node['Shared Hit Blocks'] > blocksAllowed)
}

function rowsHandled(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
}

/** Runs a statement as the runtime role and rolls it back. @returns the nodes of its plan, with the rows that each returned */
async function explain({ sql, values }: Sent, { userId = '', accountId = '' }: Context): Promise<PlanNode[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('app.user_id', $1, true), set_config('app.account_id', $2, true)", [userId, accountId])
    await client.query('SAVEPOINT first')
    await client.query(`EXPLAIN (ANALYZE) ${sql}`, values) // reads the catalog, so that the next one only reads tables
    await client.query('ROLLBACK TO first')
    const { rows } = await client.query(`EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) ${sql}`, values)
    await client.query('ROLLBACK')
    return flatten(rows[0]['QUERY PLAN'][0].Plan)
  } finally {
    await client.end()
  }
}

function flatten({ Plans = [], ...node }: PlanNode): PlanNode[] {
  return [node, ...Plans.flatMap(flatten)]
}

/**
 * Runs a statement as the runtime role, with the plans of the statements inside the functions that it calls.
 * @returns the plans of statements on tables, as auto_explain logs them
 */
export async function nestedPlans({ sql, values }: Sent, { userId = '', accountId = '' }: Context = {}): Promise<string[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_SUPERUSER_URL })
  const plans: string[] = []
  client.on('notice', ({ message }) => message?.includes('Query Text') && /\bon \w+/.test(message) && plans.push(message))
  await client.connect()
  try {
    await client.query('SELECT set_config($1, $2, false), set_config($3, $4, false)', ['app.user_id', userId, 'app.account_id', accountId])
    await client.query(
      "SET auto_explain.log_min_duration = 0; SET client_min_messages = 'log'; SET auto_explain.log_nested_statements = on; SET SESSION AUTHORIZATION atrium_app",
    )
    await client.query(sql, values)
  } finally {
    await client.end()
  }
  return plans
}
