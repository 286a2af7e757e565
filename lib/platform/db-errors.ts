// Classifies database errors. Client components import the digest, so this file imports no database code.

/** The digest that Next passes to `error.tsx` for a {@link DatabaseUnavailable}. */
export const DATABASE_UNAVAILABLE_DIGEST = 'DATABASE_UNAVAILABLE'

/** The database cannot be reached or does not answer in time. The change may or may not have been stored. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
  digest = DATABASE_UNAVAILABLE_DIGEST
}

/** Returns whether it is a {@link DatabaseUnavailable}, by its digest: each bundle of Next has its own copy of the class. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof Error && (error as { digest?: unknown }).digest === DATABASE_UNAVAILABLE_DIGEST
}

/**
 * Rethrows an error of Prisma or `pg`.
 * @throws DatabaseUnavailable if it is a connection error, with the original as `cause`; otherwise the error unchanged
 */
export function rethrowDatabaseError(error: unknown): never {
  throw isConnectionError(error) && !isDatabaseUnavailable(error)
    ? new DatabaseUnavailable('The database does not answer', { cause: error })
    : error
}

/**
 * Returns the name of the unique constraint that a Prisma error reports as violated, as named in the migrations.
 * Under row-level security, PostgreSQL reports the name of the constraint and not its columns.
 * @returns undefined if the error is anything else
 */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, meta } = (error ?? {}) as ErrorShape
  if (code !== 'P2002') return undefined
  return (meta?.driverAdapterError?.cause as { constraint?: { index?: string } } | undefined)?.constraint?.index
}

// Codes of Prisma, Node and PostgreSQL: not reached, disconnected, shutting down, too many connections, too slow.
const CONNECTION_CODES =
  /^(P1001|P1002|P1008|P1017|P1018|P2024|P2028|P2037|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|08...|57P0.|57014|53300)$/
// Errors of `pg` that have no code, and the kinds that Prisma's adapter gives them.
const CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/
const CONNECTION_KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/

type ErrorShape = {
  code?: unknown
  originalCode?: unknown
  kind?: unknown
  message?: unknown
  cause?: unknown
  meta?: { driverAdapterError?: { cause?: unknown } }
}

function isConnectionError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, originalCode, kind, message, cause, meta } = error as ErrorShape
  return (
    [code, originalCode].some((value) => CONNECTION_CODES.test(String(value))) ||
    CONNECTION_KINDS.test(String(kind)) ||
    CONNECTION_MESSAGES.test(String(message)) ||
    isConnectionError(cause) ||
    isConnectionError(meta?.driverAdapterError?.cause)
  )
}
