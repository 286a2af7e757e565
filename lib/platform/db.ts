// Access to the database, and the tenant context.
//
// Row-level security hides every row of a tenant table unless the transaction has a tenant context.
// `withUser` sets the context to a user: the transaction sees their memberships, accounts, pending invitations, and trail.
// `withAccount` sets it to an account: the transaction sees all rows of that account and no row of another. A transaction has
// one context at a time, because PostgreSQL combines the policies of both with OR.
import 'server-only'
import pg from 'pg'
import { PrismaClient } from '@/lib/generated/prisma/client'
import { isRefusal } from '@/lib/outcome'
import { DatabaseAdapter } from './db-adapter'
import { rethrowDatabaseError } from './db-errors'
import { env } from './env'
import { log } from './log'
import { observe, telemetry } from './telemetry/telemetry'

// A private page must fail within three seconds if the database is unavailable, so each of its waits is shorter.
const CONNECT_MS = 1_200
const BEGIN_MS = 800 // BEGIN, and the start of Prisma's engine before the first

const KEPT_MS = 60_000 // an idle connection

/** The connections of the pool `export`. */
export const EXPORT_CONNECTIONS = 4

/** How many jobs a worker runs at the same time, and the connections of the pool `job`. */
export const CONCURRENT_JOBS = 2

/**
 * The connection pools of a server process. Each has its own connections, so that slow work in one does not starve another:
 * - `web`: requests
 * - `export`: requests that read or delete a lot, and streams that a slow client may hold open for minutes
 * - `job`: background jobs
 */
const POOLS = {
  web: { max: () => env().DATABASE_POOL_SIZE, connectMs: CONNECT_MS, statementMs: 1_500, transactionMs: 5_000, idleMs: 5_000 },
  export: { max: () => EXPORT_CONNECTIONS, connectMs: CONNECT_MS, statementMs: 30_000, transactionMs: 5 * 60_000, idleMs: 30_000 },
  job: { max: () => CONCURRENT_JOBS, connectMs: 10_000, statementMs: 10 * 60_000, transactionMs: 11 * 60_000, idleMs: 5_000 },
}

export type PoolName = keyof typeof POOLS

function openPool(name: PoolName) {
  const { max, connectMs, statementMs, transactionMs, idleMs } = POOLS[name]
  const connections = new pg.Pool({
    connectionString: env().DATABASE_URL,
    max: max(),
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: KEPT_MS,
    statement_timeout: statementMs,
    query_timeout: statementMs + 200, // measured by the client, in case the server accepts a connection and then hangs
    idle_in_transaction_session_timeout: idleMs,
    application_name: 'atrium',
    Client: telemetry()?.traced(pg.Client) ?? pg.Client,
  })
  // The pool replaces an idle connection that breaks; without a listener, Node would exit. Only the message is logged: the
  // error itself holds the connection and its secret key.
  connections.on('error', ({ message: reason }) => log().warn({ reason, pool: name }, 'idle database connection lost'))
  let client: DatabaseClient | undefined
  return {
    connections,
    /** Prisma's client, created when it is first used: the server starts and answers public pages without its engine. */
    get client(): DatabaseClient {
      client ??= createClient(connections, { connectMs, transactionMs })
      return client
    },
  }
}

function createClient(connections: pg.Pool, { connectMs, transactionMs }: { connectMs: number; transactionMs: number }) {
  const prisma = new PrismaClient({
    adapter: new DatabaseAdapter(connections),
    omit: { user: { passwordHash: true }, registration: { passwordHash: true } }, // the runtime role cannot select them
    transactionOptions: { maxWait: connectMs + BEGIN_MS, timeout: transactionMs },
  })
  return prisma.$extends({ query: { $allOperations: ({ args, query }) => query(args).catch(rethrowDatabaseError) } })
}

type DatabaseClient = ReturnType<typeof createClient>

const globals = globalThis as typeof globalThis & { atriumPools?: Partial<Record<PoolName, ReturnType<typeof openPool>>> }

function pool(name: PoolName) {
  globals.atriumPools ??= {} // kept across the reloads of `next dev`
  globals.atriumPools[name] ??= openPool(name)
  return globals.atriumPools[name]
}

observe('atrium.db.connections', () =>
  Object.entries(globals.atriumPools ?? {}).flatMap(([pool, { connections }]) => [
    { value: connections.totalCount - connections.idleCount, attributes: { pool, state: 'used' } },
    { value: connections.idleCount, attributes: { pool, state: 'idle' } },
    { value: connections.waitingCount, attributes: { pool, state: 'requests waiting' } },
  ]),
)

/**
 * Returns the client without a tenant context: it sees the identity tables (users, sessions, tokens, and so on) and no row
 * of a tenant table. The linter allows it in `lib/platform`, the files of `lib` itself, and the modules that biome.json lists.
 */
export function database(name: PoolName = 'web'): DatabaseClient {
  return pool(name).client
}

/** Returns the `pg` pool behind {@link database}, for a library that brings its own SQL. It has no tenant context. */
export function connectionPool(name: PoolName = 'web'): pg.Pool {
  return pool(name).connections
}

/**
 * Opens all connections of the pool `web`. Loading the code of a page for its first request blocks the process, so a
 * connection that a burst of first requests had to open could run into its timeout. They are opened one after another,
 * because a slow machine would not open ten at the same time before that timeout either. Those that requests have opened
 * count: waiting for them while it keeps the others would make every request wait.
 */
export async function openConnections(): Promise<void> {
  const { connections } = pool('web')
  const opened: pg.PoolClient[] = []
  try {
    while (connections.totalCount < env().DATABASE_POOL_SIZE) opened.push(await connections.connect())
  } catch (err) {
    log().warn({ err }, 'no database connection')
  }
  for (const connection of opened) connection.release()
}

/** A transaction with a tenant context. */
export type Tx = Parameters<Parameters<DatabaseClient['$transaction']>[0]>[0]

type Options = { pool?: PoolName }
type AccountOptions = Options & {
  /**
   * Reads everything from one snapshot (REPEATABLE READ). This callback runs first, when the transaction has a connection
   * but no snapshot yet.
   */
  snapshotAfter?: () => Promise<unknown>
}

/**
 * Runs `fn` in a transaction that sees what belongs to this user: memberships, accounts, pending invitations, and trail. If
 * `fn` returns a refusal (see lib/outcome.ts), everything that it wrote is rolled back. What a refusal must leave behind, such
 * as a count of wrong codes, is written in its own transaction.
 * @returns the result of `fn`, after the commit or the rollback
 * @throws DatabaseUnavailable if the database or the pool does not answer; any error of `fn`, after the rollback
 */
export function withUser<T>(userId: string, fn: (tx: Tx) => Promise<T>, { pool }: Options = {}): Promise<T> {
  return inTransaction({ userId }, fn, { pool })
}

/**
 * Runs `fn` in a transaction that sees all rows of this account and no row of another. It rolls back as {@link withUser} does.
 * It does not check membership: the caller holds a scope of the account, or is creating it.
 * @returns the result of `fn`, after the commit or the rollback
 * @throws DatabaseUnavailable if the database or the pool does not answer; any error of `fn`, after the rollback
 */
export function withAccount<T>(accountId: string, fn: (tx: Tx) => Promise<T>, options: AccountOptions = {}): Promise<T> {
  return inTransaction({ accountId }, fn, options)
}

type Context = { userId: string; accountId?: undefined } | { accountId: string; userId?: undefined }

async function inTransaction<T>(context: Context, fn: (tx: Tx) => Promise<T>, options: AccountOptions): Promise<T> {
  const { pool, snapshotAfter } = options
  const callbacks: (() => void)[] = []
  try {
    const result = await database(pool).$transaction(async (tx) => {
      afterCommit.set(tx, callbacks)
      await snapshotAfter?.()
      await setContext(tx, context) // the first statement, which takes the snapshot
      const result = await fn(tx)
      if (isRefusal(result)) throw new Refused(result)
      return result
    }, snapshotAfter && { isolationLevel: 'RepeatableRead' })
    for (const callback of callbacks) callback()
    return result
  } catch (error) {
    if (error instanceof Refused) return error.result
    return rethrowDatabaseError(error)
  }
}

/** Ends a transaction whose function refused: Prisma rolls back only for an error. */
class Refused<T> extends Error {
  constructor(readonly result: T) {
    super('The transaction was rolled back')
  }
}

async function setContext(tx: Tx, { userId = '', accountId = '' }: Context): Promise<void> {
  await tx.$queryRaw`SELECT set_config('app.user_id', ${userId}, true), set_config('app.account_id', ${accountId}, true)`
}

const afterCommit = new WeakMap<Tx, (() => void)[]>()

/**
 * Registers a callback that runs after the transaction commits, and never if it rolls back.
 * @param callback must not throw
 */
export function onCommit(tx: Tx, callback: () => void): void {
  const callbacks = afterCommit.get(tx)
  if (!callbacks) throw new Error('The transaction was not opened by withUser or withAccount')
  callbacks.push(callback)
}
