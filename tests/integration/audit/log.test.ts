import { describe, expect, test } from 'vitest'
import { eraseAccount } from '@/lib/accounts/erase'
import { renameAccount } from '@/lib/accounts/rename'
import { recordEvent } from '@/lib/audit/audit'
import { withUser } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { endSession, startSession } from '@/lib/sessions/sessions'
import { deleteUser } from '@/lib/users/deletion'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../../support/database'
import { EVENT, recordEventAbout } from '../../support/events'
import { captureLog } from '../../support/log'
import { createUser, ownerScope, PASSWORD, REQUEST, registerUser, unique } from '../../support/people'

// Each audit event is also logged after its transaction commits, without personal data.

type Line = {
  time: string
  level: number
  kind: string
  event?: string
  actor: string | null
  account?: string
  user?: string
  target?: string
  ip: string | null
}

const logged = captureLog<Line>()
log().level = 'info'

const signIn = async (email: string, password: string) => {
  const deferred: Promise<void>[] = []
  const user = await authenticate({ email, password }, { request: REQUEST, defer: (work) => void deferred.push(work()) })
  await Promise.all(deferred)
  return user?.userId ?? null
}

describe('the log', () => {
  // ASVS 16.2.4, 16.2.5, 16.3.1
  test('has a line for registering, signing in, failing, and signing out, without secrets', async () => {
    const person = await registerUser()
    const wrong = 'eleven green lizards dozing'
    expect(await signIn(person.email, wrong)).toBeNull()
    expect(await signIn('unknown@example.com', wrong)).toBeNull()
    expect(await signIn(person.email, PASSWORD)).toBe(person.userId)
    const id = await startSession(person.userId, { remembered: false, request: REQUEST })
    await endSession(id, { userId: person.userId, request: REQUEST })

    const [account] = await asSuperuser<{ id: string }>('SELECT id FROM accounts WHERE name = $1', [person.accountName])
    const mine = { user: person.userId, ip: REQUEST.ip }
    expect(logged.lines()).toMatchObject([
      { kind: 'user.registered', level: 30, actor: person.userId, account: account?.id, ip: REQUEST.ip },
      { kind: 'session.refused', level: 40, actor: null, ...mine },
      { kind: 'session.refused', level: 40, actor: null, ip: REQUEST.ip },
      { kind: 'session.started', level: 30, actor: person.userId, ...mine },
      { kind: 'session.ended', level: 30, actor: person.userId, ...mine },
    ])
    const [stored] = await asSuperuser<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = $1', [person.userId])
    for (const secret of [PASSWORD, wrong, person.email, 'unknown@example.com', person.accountName, id, stored?.hash, REQUEST.userAgent]) {
      expect(logged.text()).not.toContain(secret)
    }
  })

  // ASVS 16.2.1, 16.2.2
  test('has the ids of the event, the account, the actor, and the target', async () => {
    const scope = await ownerScope()
    logged.clear()
    const targetId = crypto.randomUUID()
    await recordEventAbout('Bridge', scope, targetId)
    const [line] = logged.lines()
    const [row] = await asSuperuser('SELECT kind, target FROM audit_events WHERE id = $1', [line?.event])
    expect(row).toEqual({ kind: EVENT, target: 'Bridge' })
    expect(line).toMatchObject({ account: scope.account.id, actor: scope.user.id, target: targetId })
    expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  test('has no line for a transaction that was rolled back', async () => {
    const userId = await createUser()
    const rolledBack = withUser(userId, async (tx) => {
      await recordEvent(tx, { kind: 'session.started', userId, actorId: userId, request: REQUEST })
      throw new Error('on purpose')
    })
    await expect(rolledBack).rejects.toThrow('on purpose')
    expect(logged.text()).toBe('')
  })

  test('has a line for a deleted user, for their accounts, and for an erased account, by id only', async () => {
    const [mine, deleted] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`UPDATE accounts SET deleted_at = now() - interval '31 days' WHERE id = $1`, [deleted.account.id])
    logged.clear()
    expect(await deleteUser(mine, { confirmation: mine.user.email }, REQUEST)).toMatchObject({ status: 'ok' })
    for (let n = 0; n < 2; n += 1) await eraseAccount(deleted.account.id)
    expect(logged.lines()).toMatchObject([
      { kind: 'account.deleted', account: mine.account.id, actor: mine.user.id, ip: REQUEST.ip },
      { kind: 'user.deleted', user: mine.user.id, actor: mine.user.id, accounts: [mine.account.id], ip: REQUEST.ip },
      { kind: 'account.erased', account: deleted.account.id },
    ])
    for (const secret of [mine.user.email, mine.account.name, deleted.account.name]) expect(logged.text()).not.toContain(secret)
  })

  // ASVS 16.4.1
  test('cannot be forged with line breaks in a name', async () => {
    const scope = await ownerScope()
    logged.clear()
    const accountName = `${unique('Heron')}\n{"level":30,"kind":"session.started"}\u2028`
    expect(await renameAccount(scope, { accountName }, REQUEST)).toMatchObject({ status: 'ok' })
    expect(logged.lines().map(({ kind }) => kind)).toEqual(['account.renamed'])
  })
})
