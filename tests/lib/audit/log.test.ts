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
import { listenToLog } from '../../support/log'
import { ownerScope, PASSWORD, plainUser, REQUEST, registerPerson, unique } from '../../support/people'

// What is written down is a line of the log too: after it has committed, and without a word that is anybody's.

type Line = {
  level: number
  kind: string
  event?: string
  actor: string | null
  account?: string
  person?: string
  target?: string
  ip: string | null
}

const heard = listenToLog<Line>()
log().level = 'info'

const attempt = async (email: string, password: string) => {
  const notes: Promise<void>[] = []
  const proven = await authenticate({ email, password }, { request: REQUEST, defer: (work) => void notes.push(work()) })
  await Promise.all(notes)
  return proven?.userId ?? null
}

describe('the log', () => {
  test('has a line for each of registering, signing in, failing and signing out, and no secret in any', async () => {
    const person = await registerPerson()
    const wrong = 'eleven green lizards dozing'
    expect(await attempt(person.email, wrong)).toBeNull()
    expect(await attempt('nobody@example.com', wrong)).toBeNull()
    expect(await attempt(person.email, PASSWORD)).toBe(person.userId)
    const id = await startSession(person.userId, { remembered: false, request: REQUEST })
    await endSession(id, { userId: person.userId, request: REQUEST })

    const [account] = await asSuperuser<{ id: string }>('SELECT id FROM accounts WHERE name = $1', [person.accountName])
    const mine = { person: person.userId, ip: REQUEST.ip }
    expect(heard.lines()).toMatchObject([
      { kind: 'user.registered', level: 30, actor: person.userId, account: account?.id, ip: REQUEST.ip },
      { kind: 'session.refused', level: 40, actor: null, ...mine },
      { kind: 'session.refused', level: 40, actor: null, ip: REQUEST.ip },
      { kind: 'session.started', level: 30, actor: person.userId, ...mine },
      { kind: 'session.ended', level: 30, actor: person.userId, ...mine },
    ])
    const [stored] = await asSuperuser<{ hash: string }>('SELECT password_hash AS hash FROM users WHERE id = $1', [person.userId])
    for (const secret of [PASSWORD, wrong, person.email, 'nobody@example.com', person.accountName, id, stored?.hash, REQUEST.userAgent]) {
      expect(heard.text()).not.toContain(secret)
    }
  })

  test('leads to the row: by its id, and that of whom it was about', async () => {
    const scope = await ownerScope()
    heard.forget()
    const targetId = crypto.randomUUID()
    await recordEventAbout('Bridge', scope, targetId)
    const [line] = heard.lines()
    const [row] = await asSuperuser('SELECT kind, target FROM audit_events WHERE id = $1', [line?.event])
    expect(row).toEqual({ kind: EVENT, target: 'Bridge' })
    expect(line).toMatchObject({ account: scope.account.id, actor: scope.user.id, target: targetId })
  })

  test('says nothing of what was undone', async () => {
    const userId = await plainUser()
    const undone = withUser(userId, async (tx) => {
      await recordEvent(tx, { kind: 'session.started', userId, actorId: userId, request: REQUEST })
      throw new Error('on purpose')
    })
    await expect(undone).rejects.toThrow('on purpose')
    expect(heard.text()).toBe('')
  })

  test('alone keeps what takes its trail with it: a person deleted, an account erased, each once, and by its id', async () => {
    const [mine, gone] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`UPDATE accounts SET deleted_at = now() - interval '31 days' WHERE id = $1`, [gone.account.id])
    heard.forget()
    expect(await deleteUser(mine, { confirmation: mine.user.email }, REQUEST)).toMatchObject({ status: 'ok' })
    for (let n = 0; n < 2; n += 1) await eraseAccount(gone.account.id)
    expect(heard.lines()).toMatchObject([
      { kind: 'user.deleted', person: mine.user.id, actor: mine.user.id, accounts: [mine.account.id], ip: REQUEST.ip },
      { kind: 'account.erased', account: gone.account.id },
    ])
    for (const secret of [mine.user.email, mine.account.name, gone.account.name]) expect(heard.text()).not.toContain(secret)
  })

  test('cannot be given a line by a name', async () => {
    const scope = await ownerScope()
    heard.forget()
    const accountName = `${unique('Heron')}\n{"level":30,"kind":"session.started"}\u2028`
    expect(await renameAccount(scope, { accountName }, REQUEST)).toMatchObject({ status: 'ok' })
    expect(heard.lines().map(({ kind }) => kind)).toEqual(['account.renamed'])
  })
})
