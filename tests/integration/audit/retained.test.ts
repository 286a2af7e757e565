import { expect, test } from 'vitest'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { withAccount, withUser } from '@/lib/platform/db'
import { deleteUser } from '@/lib/users/deletion'
import { asOwner, asRuntime, asSuperuser } from '../../support/database'
import { ownerScope, REQUEST } from '../../support/people'
import { chainedTrail, faultsIn, runScript } from '../../support/trails'

// The trail of an erased account.

/** An account with six events that was erased with its only member. */
async function erasedTrail() {
  const scope = await chainedTrail()
  expect(await deleteUser(scope, { confirmation: scope.user.email }, REQUEST)).toMatchObject({ status: 'ok' })
  await appendPendingEvents()
  return scope
}

const EXPORT = 'lib/audit/cli/export.mjs'
const read = (id: string) => withAccount(id, (tx) => tx.$queryRaw`SELECT id FROM audit_events`)

// ASVS 16.4.2
test('cannot be read, extended, or reopened by the runtime role, in any context', async () => {
  const { account, user } = await erasedTrail()
  expect(await read(account.id)).toEqual([])
  expect(await withUser(user.id, (tx) => tx.$queryRaw`SELECT id FROM audit_events`)).toEqual([])
  expect(await asRuntime('SELECT id FROM audit_events')).toEqual([])
  const event = { accountId: account.id, kind: 'account.restored' }
  await expect(withAccount(account.id, (tx) => tx.auditEvent.createMany({ data: [event] }))).rejects.toThrow(/row-level security/)
  const data = { id: account.id, name: account.name, nameKey: account.id, slug: account.id }
  await expect(withAccount(account.id, (tx) => tx.account.create({ data, select: { id: true } }))).rejects.toThrow()
  await expect(asRuntime('UPDATE audit_trails SET retained_since = NULL')).rejects.toThrow(/permission denied/)
})

test('stays whole and verifiable', async () => {
  const { account } = await erasedTrail()
  expect(await faultsIn({ accountId: account.id })).toMatchObject({ events: 6, faults: [] })
})

test('is hidden from the owner role too until it names the account', async () => {
  await erasedTrail()
  expect(await asOwner('SELECT id FROM audit_events')).toEqual([])
})

test('is printed by npm run audit:export, by its id or last name', async () => {
  const { account, user } = await erasedTrail()
  const last = await asSuperuser<{ target: string }>(`SELECT target FROM audit_events WHERE trail_id = $1 AND kind = 'account.deleted'`, [
    account.id,
  ])
  const listed = await runScript(EXPORT)
  expect(listed).toMatchObject({ code: 0, output: expect.stringContaining(`${account.id}  erased `) })
  for (const name of [account.id, last[0]?.target ?? '']) {
    const { code, output } = await runScript(EXPORT, ['--account', name])
    const events = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
    expect([code, events.map(({ position }) => position)]).toEqual([0, ['1', '2', '3', '4', '5', '6']])
    expect(events.at(-1)).toMatchObject({ kind: 'account.deleted', actor_id: user.id, actor_email: user.email, ip: REQUEST.ip })
    expect(output).toContain('6 events. The trail is unchanged.')
  }
})

// ASVS 16.2.1
test('npm run audit:export also prints the trail of an account that exists, by its slug, and of a user, by their email', async () => {
  const { account, user } = await chainedTrail()
  const [{ slug = '' } = {}] = await asSuperuser<{ slug: string }>('SELECT slug FROM accounts WHERE id = $1', [account.id])
  expect(await runScript(EXPORT, ['--account', slug])).toMatchObject({ code: 0, output: expect.stringContaining('5 events. The trail is') })
  const own = await runScript(EXPORT, ['--email', user.email])
  expect(own).toMatchObject({ code: 0, output: expect.stringMatching(/"kind":"session.started".*events. The trail is unchanged/s) })
  expect(own.output).not.toContain('account.renamed')
  expect(await runScript(EXPORT, ['--email', user.email, '--operator'])).toEqual({
    code: 1,
    output: expect.stringMatching(/^Name one trail: .+\n$/),
  })
})

test('npm run audit:export exits with 1 for a changed trail and for an unknown account', async () => {
  const { account } = await erasedTrail()
  await asSuperuser(`UPDATE audit_events SET ip = '::1' WHERE trail_id = $1`, [account.id])
  expect(await runScript(EXPORT, ['--account', account.id])).toMatchObject({ code: 1, output: expect.stringContaining('CHANGED') })
  for (const name of [(await ownerScope()).user.id, 'nothing'])
    expect(await runScript(EXPORT, ['--account', name])).toMatchObject({ code: 1, output: expect.stringContaining('no audit trail') })
})
