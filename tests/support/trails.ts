import { execFile } from 'node:child_process'
import path from 'node:path'
import pg from 'pg'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { type AuditEvent, recordEvents } from '@/lib/audit/audit'
import { type Head, verifyTrail } from '@/lib/audit/verify-trail.mjs'
import { withAccount } from '@/lib/platform/db'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from './database'
import { ownerScope, REQUEST, unique } from './people'

/** Records events in the trail of an account, each in its own transaction and with a value in every column. */
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

/** Creates an account whose trail has five events, all in the chain. */
export async function chainedTrail(): Promise<AccountScope> {
  const scope = await ownerScope()
  await asSuperuser(`UPDATE users SET name = 'Ada Heron' WHERE id = $1`, [scope.user.id])
  await writeEvents(scope, 4)
  await appendPendingEvents()
  return scope
}

/** Verifies the trail of an account or a user, as the owner of the tables. */
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

/** Runs `npm run audit:verify`. @returns its exit code and output */
export const runVerify = (args: string[] = []) => runScript('lib/audit/cli/verify.mjs', args)

/** Runs a script. @returns its exit code and output */
export function runScript(script: string, args: string[] = []): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(process.cwd(), script), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr })
    })
  })
}

/** Returns the chain of a trail, in order. */
export function chainOf(trailId: string) {
  return asSuperuser<{ position: number; event: string; hash: Buffer }>(
    'SELECT position::int, event_id AS event, hash FROM audit_chain WHERE trail_id = $1 ORDER BY position',
    [trailId],
  )
}
