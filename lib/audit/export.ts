import 'server-only'
import type { Prisma } from '@/lib/generated/prisma/client'
import { csvLine } from '@/lib/http/csv'
import type { RequestInfo } from '@/lib/http/request-info'
import { withAccount } from '@/lib/platform/db'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import { recordEvent } from './audit'
import { nameOfKind, sentenceOf } from './kinds'
import { readEvents, type ShownEvent } from './list'
import type { AuditQuery } from './schema'

const BATCH_ROWS = 1_000

const HEADINGS = [
  'Time (UTC)',
  'Kind',
  'What',
  'Email',
  'Name',
  'Person id',
  'About',
  'About id',
  'Details',
  'Address',
  'Device',
  'Event id',
]

/**
 * What happened in the account as CSV, newest first and piece by piece: however long the trail, no more than one batch of
 * it is in memory. Each batch is a transaction of its own, by key, so what happens meanwhile moves nothing.
 * @param query as the page has it; where a page would begin is left aside
 * Whoever may read it may take it along.
 * @returns null when one may not; else the pieces, which throw when the database fails before the last of them
 */
export async function exportEvents(scope: AccountScope, query: AuditQuery, request: RequestInfo): Promise<AsyncGenerator<string> | null> {
  if (!can(scope, 'audit.list')) return null
  const { account, user } = scope
  const details = Object.fromEntries(Object.entries({ ...query, after: undefined }).filter(([, value]) => value)) as Prisma.InputJsonObject
  await withAccount(account.id, (tx) =>
    recordEvent(tx, { kind: 'audit.exported', accountId: account.id, actorId: user.id, target: account.name, details, request }),
  )
  return writeCsv(account.id, query)
}

async function* writeCsv(accountId: string, query: AuditQuery): AsyncGenerator<string> {
  yield csvLine(HEADINGS)
  let after: AuditQuery['after']
  for (let isLast = false; !isLast; ) {
    const events = await withAccount(accountId, async (tx) => {
      // deleted or erased meanwhile, the trail would come back empty, and the file would end as if that were all
      await tx.account.findFirstOrThrow({ where: { id: accountId, deletedAt: null }, select: { id: true } })
      return readEvents(tx, accountId, { ...query, after }, BATCH_ROWS)
    })
    yield events.map(lineOf).join('')
    after = events.at(-1) ?? after
    isLast = events.length < BATCH_ROWS
  }
}

function lineOf(event: ShownEvent): string {
  const { at, kind, email, name, actorId, target, targetId, details, ip, userAgent, id } = event
  return csvLine([
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
  ])
}
