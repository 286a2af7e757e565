import { execFile } from 'node:child_process'
import path from 'node:path'
import pg from 'pg'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { type AuditEvent, recordEvents } from '@/lib/audit/audit'
import { withAccount } from '@/lib/platform/db'
import type { AccountScope } from '@/lib/scope'
import { type Head, verifyTrail } from '../../scripts/audit-trail.mjs'
import { asSuperuser } from './database'
import { ownerScope, REQUEST, unique } from './people'

/** Some events in the trail of an account, each in a transaction of its own, with something in every column. */
export async function writeEvents({ account, user }: AccountScope, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const event: AuditEvent = {
      kind: 'account.renamed',
      accountId: account.id,
      actorId: user.id,
      target: unique('Name'),
      targetId: account.id,
      details: { from: unique('Name') },
      request: REQUEST,
    }
    await withAccount(account.id, (tx) => recordEvents(tx, [event]))
  }
}

/** An account whose trail has five events, all of them sealed. */
export async function sealedTrail(): Promise<AccountScope> {
  const scope = await ownerScope()
  await writeEvents(scope, 4)
  await appendPendingEvents()
  return scope
}

/** What verifying finds in the trail of an account or a person, as the owner of the tables. */
export async function faultsIn(owner: { accountId: string } | { userId: string }, earlier?: Head) {
  const [account_id, user_id] = 'accountId' in owner ? [owner.accountId, null] : [null, owner.userId]
  const client = new pg.Client({ connectionString: process.env.DATABASE_OWNER_URL })
  await client.connect()
  try {
    return await verifyTrail(client, { id: account_id ?? user_id ?? '', account_id, user_id }, earlier)
  } finally {
    await client.end()
  }
}

/** `npm run audit:verify`, as one would call it. @returns its exit code, and what it said */
export function runVerify(args: string[] = []): Promise<{ code: number; said: string }> {
  const script = path.join(process.cwd(), 'scripts', 'audit-verify.mjs')
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr })
    })
  })
}

/** The seals of a trail, in order. */
export function sealsOf(trailId: string) {
  return asSuperuser<{ position: number; event: string; hash: Buffer }>(
    'SELECT position::int, event_id AS event, hash FROM audit_chain WHERE trail_id = $1 ORDER BY position',
    [trailId],
  )
}
