import 'server-only'
import type { Prisma } from '@/lib/generated/prisma/client'
import { csvFile } from '@/lib/http/csv'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Outcome, ok } from '@/lib/outcome'
import { withAccount } from '@/lib/platform/db'
import { refuse } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { recordEvent } from './audit'
import { nameOfKind, sentenceOf } from './kinds'
import { readEvents, type ShownEvent } from './list'
import type { AuditQuery } from './schema'

const BATCH_ROWS = 1_000

const HEADINGS = [
  'Time (UTC)',
  'Type',
  'Event',
  'Email',
  'Name',
  'User ID',
  'Target',
  'Target ID',
  'Details',
  'IP address',
  'User agent',
  'Event ID',
]

/**
 * Exports the account's audit trail as CSV, newest first, in pieces. At most one batch of events is in memory. Each batch is
 * its own transaction and starts after the last event of the previous one, so new events do not shift it.
 * @param query the filters of the page; `after` is ignored
 * @returns the pieces, whose iteration throws if the database fails; `recent-auth`; `forbidden`
 */
export async function exportEvents(scope: AccountScope, query: AuditQuery, request: RequestInfo): Promise<Outcome<AsyncGenerator<string>>> {
  const refused = refuse(scope, 'audit.export')
  if (refused) return refused
  const { account, user } = scope
  const details = Object.fromEntries(Object.entries({ ...query, after: undefined }).filter(([, value]) => value)) as Prisma.InputJsonObject
  await withAccount(account.id, (tx) =>
    recordEvent(tx, { kind: 'audit.exported', accountId: account.id, actorId: user.id, target: account.name, details, request }),
  )
  return ok(csvFile(HEADINGS, (after: ShownEvent | undefined) => readBatch(account.id, query, after), cellsOf))
}

/** Fails if the account was deleted during the export. Its trail would read as empty, and the file would end as if complete. */
function readBatch(
  accountId: string,
  query: AuditQuery,
  after: ShownEvent | undefined,
): Promise<{ rows: ShownEvent[]; next?: ShownEvent }> {
  return withAccount(accountId, async (tx) => {
    await tx.account.findFirstOrThrow({ where: { id: accountId, deletedAt: null }, select: { id: true } })
    const rows = await readEvents(tx, accountId, { ...query, after }, BATCH_ROWS)
    const last = rows.at(-1)
    return rows.length === BATCH_ROWS && last ? { rows, next: last } : { rows }
  })
}

function cellsOf(event: ShownEvent): (string | null)[] {
  const { at, kind, email, name, actorId, target, targetId, details, ip, userAgent, id } = event
  return [
    at.toISOString(),
    nameOfKind(kind),
    sentenceOf(event),
    email,
    name,
    actorId,
    target,
    targetId,
    JSON.stringify(details),
    ip,
    userAgent,
    id,
  ]
}
