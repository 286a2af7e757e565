import 'server-only'
import { z } from 'zod'
import { readTrail } from '@/lib/audit/trail'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import type { Tx } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import type { ExportedTable, Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'

// What the export of an account contains. lib/accounts/export.ts sends it.

const BATCH_ROWS = 1_000

type Row = { id: string } | { userId: string } | { eventId: string }
type Read = (tx: Tx, accountId: string, page: { after: string; take: number }) => Promise<Row[]>

/** Reads all rows of a list, one batch at a time. */
export async function* batches(tx: Tx, accountId: string, read: Read): AsyncGenerator<Row[]> {
  let after = FIRST_KEY
  let isLast = false
  while (!isLast) {
    const rows: Row[] = await read(tx, accountId, { after, take: BATCH_ROWS })
    const last = rows.at(-1)
    if (last) {
      yield rows
      after = keyOf(last)
    }
    isLast = rows.length < BATCH_ROWS
  }
}

function keyOf(row: Row): string {
  if ('userId' in row) return row.userId
  return 'eventId' in row ? row.eventId : row.id
}

const FIRST_KEY = '00000000-0000-0000-0000-000000000000'

const memberRow = z.object({
  email: z.string().nullable(),
  name: z.string().nullable(),
  userId: z.string(),
  role: z.enum(Role),
  ownershipOfferedBy: z.string().nullable(),
  ownershipOfferedAt: z.date().nullable(),
  joinedAt: z.date(),
  setupDismissedAt: z.date().nullable(),
})

/** Reads each table of the account, without secrets and computed columns, by its name in the file. */
export const EXPORTED_LISTS: Record<string, Read> = {
  members: (tx, accountId, { after, take }) =>
    rows(
      tx,
      memberRow,
      Prisma.sql`
      SELECT people.email, people.name, m.user_id AS "userId", m.role::text AS role, m.ownership_offered_by AS "ownershipOfferedBy",
             m.ownership_offered_at AS "ownershipOfferedAt", m.created_at AS "joinedAt",
             m.setup_dismissed_at AS "setupDismissedAt"
        FROM memberships AS m JOIN people ON people.id = m.user_id
       WHERE m.account_id = ${accountId}::uuid AND m.user_id > ${after}::uuid
       ORDER BY m.user_id LIMIT ${take}`,
    ),
  invitations: (tx, accountId, { after, take }) =>
    tx.invitation.findMany({
      where: { accountId, id: { gt: after } },
      select: {
        id: true,
        email: true,
        role: true,
        invitedBy: true,
        createdAt: true,
        sentAt: true,
        expiresAt: true,
        acceptedAt: true,
        revokedAt: true,
      },
      orderBy: { id: 'asc' },
      take,
    }),
  ...Object.fromEntries(
    Object.values<Resource>(RESOURCES)
      .flatMap(({ tables }) => Object.entries(tables))
      .map(([name, table]) => [name, readerOf(table)]),
  ),
  auditEvents: (tx, accountId, page) => readTrail(tx, { accountId }, page),
  auditChain: async (tx, accountId, { after, take }) => {
    const entries = await tx.auditChainEntry.findMany({
      where: { trailId: accountId, accountId, eventId: { gt: after } },
      select: { eventId: true, position: true, hash: true },
      orderBy: { eventId: 'asc' },
      take,
    })
    return entries.map(({ position, hash, ...entry }) => ({
      ...entry,
      position: Number(position),
      hash: Buffer.from(hash).toString('hex'),
    }))
  },
}

/** Reads the exported columns of a resource's table. Prisma's types relate a model to its columns only one by one. */
function readerOf({ model, columns }: ExportedTable): Read {
  return (tx, accountId, { after, take }) => {
    const table = tx[model] as unknown as { findMany: (args: object) => Promise<{ id: string }[]> }
    return table.findMany({ where: { accountId, id: { gt: after } }, select: columns, orderBy: { id: 'asc' }, take })
  }
}
