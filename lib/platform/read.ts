// Reads of one statement. They go through `pg` instead of Prisma's interactive transaction, which needs four round
// trips.
import 'server-only'
import pg from 'pg'
import { z } from 'zod'
import type { Prisma } from '@/lib/generated/prisma/client'
import { connectionPool, type PoolName } from './db'
import { rethrowDatabaseError } from './db-errors'

type Options = { pool?: PoolName }
type Context = { userId?: string; accountId?: string }

// PostgreSQL forgets all three at the end of the transaction, which is the end of the read.
const SET_CONTEXT =
  "SELECT set_config('transaction_read_only', 'on', true), set_config('app.user_id', $1, true), set_config('app.account_id', $2, true)"

/**
 * Reads with one statement what belongs to this user: memberships, accounts, pending invitations, and trail. It is the short
 * form of `withUser` with one call of `rows`.
 * @param schema of one row, with the names that the query selects
 * @throws DatabaseUnavailable if the database or the pool does not answer; ZodError if a row does not match
 */
export function readForUser<S extends z.ZodType>(userId: string, schema: S, query: Prisma.Sql, options?: Options): Promise<z.output<S>[]> {
  return read({ userId }, schema, query, options)
}

/**
 * Reads with one statement the rows of this account and no row of another. It is the short form of `withAccount` with one
 * call of `rows`, and does not check membership either.
 * @param schema of one row, with the names that the query selects
 * @throws DatabaseUnavailable if the database or the pool does not answer; ZodError if a row does not match
 */
export function readForAccount<S extends z.ZodType>(
  accountId: string,
  schema: S,
  query: Prisma.Sql,
  options?: Options,
): Promise<z.output<S>[]> {
  return read({ accountId }, schema, query, options)
}

/**
 * Reads with one statement from the identity tables. Without a tenant context, it sees no row of a tenant table. The linter
 * allows it where it allows `database`.
 * @param schema of one row, with the names that the query selects
 * @throws DatabaseUnavailable if the database or the pool does not answer; ZodError if a row does not match
 */
export function readWithoutContext<S extends z.ZodType>(schema: S, query: Prisma.Sql, options?: Options): Promise<z.output<S>[]> {
  return read(undefined, schema, query, options)
}

/** Parses `BIGINT` and `DATE` as Prisma does in `rows`. By default, `pg` returns text, and midnight in the server's time zone. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (type, format) => {
    if (type === pg.types.builtins.INT8) return BigInt
    if (type === pg.types.builtins.DATE) return (day: string) => new Date(`${day}T00:00:00Z`)
    return pg.types.getTypeParser(type, format)
  },
}

async function read<S extends z.ZodType>(
  context: Context | undefined,
  schema: S,
  { text, values }: Prisma.Sql,
  { pool = 'web' }: Options = {},
): Promise<z.output<S>[]> {
  const query = new pg.Query({ text, values, queryMode: 'extended', types: TYPES } as pg.QueryConfig) // the type lacks `queryMode`
  if (context) sendContextFirst(query, context)
  const found = await send(connectionPool(pool), query).catch(rethrowDatabaseError)
  return z.array(schema).parse(found)
}

/** Runs a query. The pool closes the connection after any error, so the next read never meets an unfinished one. */
async function send(connections: pg.Pool, query: pg.Query): Promise<unknown[] | undefined> {
  const results = (await connections.query(query)) as unknown as pg.QueryResult | pg.QueryResult[]
  return [results].flat().at(-1)?.rows // after the result of setting the context
}

/**
 * Sends the statement that sets the tenant context in front of the query, without waiting for its result. PostgreSQL runs what
 * it receives before the Sync message as one transaction, so the context cannot outlive the query. If it were set in another
 * transaction, the query would see no rows. Behind PgBouncer, too, both reach the same connection.
 */
function sendContextFirst(query: pg.Query, { userId = '', accountId = '' }: Context): void {
  const { submit } = query
  query.submit = (connection) => {
    connection.stream.cork() // both in one packet
    try {
      connection.parse({ name: '', text: SET_CONTEXT, types: [] }, true)
      connection.bind({ values: [userId, accountId] }, true)
      connection.describe({ type: 'P' }, true)
      connection.execute({}, true)
      return submit.call(query, connection) // ends with Sync
    } finally {
      connection.stream.uncork()
    }
  }
}
