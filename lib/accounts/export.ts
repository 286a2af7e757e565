import 'server-only'
import { readPolicy } from '@/lib/account-policies/account-policies'
import { recordEvent } from '@/lib/audit/audit'
import { addressKey, type RequestInfo } from '@/lib/http/request-info'
import { notFound, type Outcome, ok } from '@/lib/outcome'
import { EXPORT_CONNECTIONS, type Tx, withAccount } from '@/lib/platform/db'
import { DatabaseUnavailable } from '@/lib/platform/db-errors'
import { FairQueue, isQueueFull } from '@/lib/platform/fair-queue'
import { refuse } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { ExportPace } from './export-pace'
import { batches, EXPORTED_LISTS } from './exported-lists'

const FORMAT_VERSION = 1

/**
 * The exports of this server. Each holds a connection for as long as its client reads, so one client address has two at most.
 * They leave one connection of the pool to the deletion of users. When all are taken, the oldest slow one ends for the next.
 */
const exports = new FairQueue({ running: EXPORT_CONNECTIONS - 1, runningPerClient: 2, waitingPerClient: 5, waitMs: 1_000 })

/**
 * Exports all data of the account from one snapshot, as a stream of one JSON object. At most one batch of rows is in memory,
 * and it is read when the stream has room for it.
 * @returns the stream; `recent-auth`; `forbidden`; `not-found` if the account was deleted. If the database fails, the stream
 *   fails, and its output is not valid JSON. Cancel the stream to end the export early.
 * @throws DatabaseUnavailable if the database is unavailable, or too many exports are running, of this client or of all
 */
export async function exportAccount(scope: AccountScope, request: RequestInfo): Promise<Outcome<ReadableStream<string>>> {
  const refused = refuse(scope, 'account.export')
  if (refused) return refused
  const { id } = scope.account
  const { readable, writable } = new TransformStream<string, string>(undefined, undefined, { highWaterMark: 0 })
  const writer = writable.getWriter()
  const pace = new ExportPace()
  return new Promise((resolve, reject) => {
    const write = async (tx: Tx) => {
      const account = await tx.account.findFirst({
        where: { id, deletedAt: null },
        select: { id: true, name: true, slug: true, createdBy: true, createdAt: true, updatedAt: true },
      })
      if (!account) throw new Gone()
      resolve(ok(readable))
      const policy = await exportedPolicy(tx, id)
      for await (const piece of writeJson(tx, id, { formatVersion: FORMAT_VERSION, exportedAt: new Date(), account, policy })) {
        await Promise.race([writer.write(piece), pace.ended])
        pace.read(piece.length)
      }
      await writer.close()
    }
    const options = { pool: 'export' as const, snapshotAfter: () => recordExport(scope, request) }
    exports
      .run(
        addressKey(request),
        () => {
          pace.start()
          return withAccount(id, write, options)
        },
        () => pace.endIfSlow(),
      )
      .catch((error: unknown) => {
        writer.abort(error)
        if (error instanceof Gone) resolve(notFound)
        else reject(isQueueFull(error) ? new DatabaseUnavailable('Too many exports are running', { cause: error }) : error)
      })
  })
}

/** Reads the account's security policy, with when it was set; null if it has none. */
async function exportedPolicy(tx: Tx, accountId: string): Promise<object | null> {
  const set = await tx.accountPolicy.findUnique({ where: { accountId }, select: { createdAt: true, updatedAt: true } })
  return set && { ...(await readPolicy(tx, accountId)), ...set }
}

/** Thrown if the account is deleted. */
class Gone extends Error {}

/** Records the export in its own transaction, so that an interrupted export is recorded too: some data may have been sent. */
function recordExport({ account: { id }, user }: AccountScope, request: RequestInfo): Promise<void> {
  return withAccount(id, async (tx) => {
    const found = await tx.account.findFirst({ where: { id, deletedAt: null }, select: { name: true } })
    if (!found) throw new Gone()
    await recordEvent(tx, { kind: 'account.exported', accountId: id, actorId: user.id, target: found.name, request })
  })
}

async function* writeJson(tx: Tx, accountId: string, head: object): AsyncGenerator<string> {
  yield JSON.stringify(head, null, 1).replace(/\n}$/, '')
  for (const [name, read] of Object.entries(EXPORTED_LISTS)) {
    yield `,\n "${name}": [`
    let separator = '\n  '
    for await (const batch of batches(tx, accountId, read)) {
      yield separator + batch.map((row) => JSON.stringify(row, bigintAsText)).join(',\n  ')
      separator = ',\n  '
    }
    yield '\n ]'
  }
  yield '\n}\n'
}

/** Writes 64-bit integers as strings, because JSON numbers cannot hold them. */
function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
