import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import { Prisma, PrismaClient } from '@/lib/generated/prisma/client'
import { DatabaseUnavailable, isDatabaseUnavailable } from './db-errors'
import { env } from './env'

// A private page must fail within three seconds when the database is away, so no wait here may come near that.
const CONNECT_TIMEOUT_MS = 1_200
const TRANSACTION_WAIT_MS = 1_200
const PAGE_LIMITS = { connections: () => env().DATABASE_POOL_SIZE, statementMs: 1_500, transactionMs: 5_000, idleMs: 5_000 }
// One person waits, once: these connections are apart from those of the pages.
const EXPORT_LIMITS = { connections: () => 2, statementMs: 30_000, transactionMs: 60_000, idleMs: 5_000 }
// Nobody waits for a job; it has one connection of its own, so that long work leaves the pages theirs.
const JOB_LIMITS = { connections: () => 1, statementMs: 10 * 60_000, transactionMs: 11 * 60_000, idleMs: 5_000 }
// A snapshot waits for whoever reads it, who may be slow: on few connections, none of them the pages', and not for ever,
// for while it stands PostgreSQL keeps for it what others delete.
const SNAPSHOT_LIMITS = { connections: () => 2, statementMs: 10_000, transactionMs: 5 * 60_000, idleMs: 30_000 }

function createClient({ connections, statementMs, transactionMs, idleMs }: typeof PAGE_LIMITS) {
  const adapter = new PrismaPg({
    connectionString: env().DATABASE_URL,
    max: connections(),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementMs,
    // the client's own clock, for a server that accepts a connection and then says nothing
    query_timeout: statementMs + 200,
    idle_in_transaction_session_timeout: idleMs,
    application_name: 'atrium',
  })
  const client = new PrismaClient({
    adapter,
    omit: { user: { passwordHash: true } }, // a secret column is read where it is asked for by name, and nowhere else
    transactionOptions: { maxWait: TRANSACTION_WAIT_MS, timeout: transactionMs },
  })
  return client.$extends({ query: { $allOperations: ({ args, query }) => query(args).catch(rethrow) } })
}

type Client = ReturnType<typeof createClient>

const kept = globalThis as typeof globalThis & {
  atriumDatabase?: Client
  atriumPatientDatabase?: Client
  atriumJobDatabase?: Client
  atriumSnapshots?: Client
}

/**
 * The bare client, with no door open: it sees the identity tables (users, sessions, tokens, registrations, identities,
 * limits, which trails there are) and not one row of a tenant table. For the nouns of those names, the sealing of trails
 * and `lib/scope.ts` alone; the linter holds others off.
 */
export function database(): Client {
  kept.atriumDatabase ??= createClient(PAGE_LIMITS) // kept across the reloads of development
  return kept.atriumDatabase
}

/** A transaction behind one of the two doors. */
export type Tx = Parameters<Parameters<Client['$transaction']>[0]>[0]

/**
 * Opens the person's door: a transaction that sees this user's memberships, their accounts, and the user's own trail.
 * @returns what `work` returns, after commit
 * @throws what `work` throws, after rollback; DatabaseUnavailable when the database does not answer
 */
export function withUser<T>(userId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction({ userId }, work)
}

/**
 * Opens an account's door: a transaction that sees everything of this account and nothing of another.
 * It does not ask who may enter: a caller holds a Scope of that account, or is creating it.
 * @returns what `work` returns, after commit
 * @throws what `work` throws, after rollback; DatabaseUnavailable when the database does not answer
 */
export function withAccount<T>(accountId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction({ accountId }, work)
}

/** One of the two doors, to be opened in the place of the other. */
type Door = { userId: string; accountId?: undefined } | { accountId: string; userId?: undefined }

/**
 * One transaction through several doors in turn, for what a person does in all of their accounts at once. It begins behind
 * the person's door; `open` shuts the one that is open in the same breath, so that never two are open.
 * @returns what `work` returns, after commit
 * @throws what `work` throws, after rollback; DatabaseUnavailable when the database does not answer
 */
export function withContexts<T>(userId: string, work: ContextsWork<T>, client?: Client): Promise<T> {
  return inTransaction({ userId }, (tx) => work(tx, (door) => setContext(tx, door)), client)
}

/** As {@link withContexts}, where there may be much to take away: its statements have half a minute. */
export function withContextsForLong<T>(userId: string, work: ContextsWork<T>): Promise<T> {
  kept.atriumPatientDatabase ??= createClient(EXPORT_LIMITS)
  return withContexts(userId, work, kept.atriumPatientDatabase)
}

type ContextsWork<T> = (tx: Tx, open: (door: Door) => Promise<void>) => Promise<T>

async function setContext(tx: Tx, { userId = '', accountId = '' }: Door): Promise<void> {
  await tx.$queryRaw`SELECT set_config('app.user_id', ${userId}, true), set_config('app.account_id', ${accountId}, true)`
}

/** As {@link withAccount}, for a job: its statements may take minutes where those of a page have a second. */
export function withAccountInJob<T>(accountId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction({ accountId }, work, jobDatabase())
}

/** As {@link database}, for a job. */
export function jobDatabase(): Client {
  kept.atriumJobDatabase ??= createClient(JOB_LIMITS)
  return kept.atriumJobDatabase
}

/**
 * As {@link withAccount}, to read what the account holds at one moment, however long the reading takes (up to five minutes,
 * and half a minute between two statements).
 * @param before runs first, when there is a connection and the moment is not yet taken
 * @throws DatabaseUnavailable also when as many read at length already as may
 */
export function withAccountSnapshot<T>(accountId: string, before: () => Promise<unknown>, work: (tx: Tx) => Promise<T>): Promise<T> {
  kept.atriumSnapshots ??= createClient(SNAPSHOT_LIMITS)
  return kept.atriumSnapshots
    .$transaction(
      async (tx) => {
        await before()
        await setContext(tx, { accountId }) // the first statement: it takes the moment
        return work(tx)
      },
      { isolationLevel: 'RepeatableRead' },
    )
    .catch(rethrow)
}

async function inTransaction<T>(door: Door, work: (tx: Tx) => Promise<T>, client: Client = database()): Promise<T> {
  const toDo: (() => void)[] = []
  const outcome = await client
    .$transaction(async (tx) => {
      defer.set(tx, toDo)
      await setContext(tx, door)
      return work(tx)
    })
    .catch(rethrow)
  for (const each of toDo) each()
  return outcome
}

const defer = new WeakMap<Tx, (() => void)[]>()

/**
 * Has something done once the transaction has committed, and not at all when it is undone: a line of the log, say.
 * @param work must not throw, for what it follows has happened
 */
export function onCommit(tx: Tx, work: () => void): void {
  const toDo = defer.get(tx)
  if (!toDo) throw new Error('This transaction was not opened by a door')
  toDo.push(work)
}

function rethrow(error: unknown): never {
  throw isConnectionError(error) && !isDatabaseUnavailable(error)
    ? new DatabaseUnavailable('The database does not answer', { cause: error })
    : error
}

/**
 * The unique constraint that an error reports as violated, by its name in the migrations.
 * Its name and not its columns: row-level security keeps PostgreSQL from telling those.
 * @returns undefined when the error is another
 */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return undefined
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: { constraint?: { index?: string } } } }
  return driverAdapterError?.cause?.constraint?.index
}

// Prisma's codes, Node's, and PostgreSQL's, for: not reached, gone, too many, too slow.
const AWAY_CODES =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|P2037|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|08...|57P0.|57014|53300)$/
// What pg says without a code, and what Prisma's adapter calls it.
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/
const AWAY_KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/

type Shape = {
  code?: unknown
  originalCode?: unknown
  kind?: unknown
  message?: unknown
  cause?: unknown
  meta?: { driverAdapterError?: { cause?: unknown } }
}

/** Whether an error means that the database cannot be reached or does not answer, rather than a fault of ours. */
function isConnectionError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, originalCode, kind, message, cause, meta } = error as Shape
  const isSign =
    [code, originalCode].some((value) => AWAY_CODES.test(String(value))) ||
    AWAY_KINDS.test(String(kind)) ||
    AWAY_MESSAGES.test(String(message))
  return isSign || isConnectionError(cause) || isConnectionError(meta?.driverAdapterError?.cause)
}
