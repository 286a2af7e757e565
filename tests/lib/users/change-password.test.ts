import { beforeAll, describe, expect, test } from 'vitest'
import type { Message } from '@/lib/messages'
import { forbidden, invalid } from '@/lib/outcome'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { confirmEmailChange, requestEmailChange } from '@/lib/users/email-change'
import { changePassword } from '@/lib/users/password'
import { resetPassword, sendPasswordReset } from '@/lib/users/password-reset'
import { reauthenticate } from '@/lib/users/reauthenticate'
import { authenticate } from '@/lib/users/users'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { ownerScope, PASSWORD, REQUEST, unique } from '../../support/people'
import { anotherSession, isAlive, sessionRow, shiftSession } from '../../support/sessions'

const NEW = 'seven grey herons standing'

const opens = async ({ user }: UserScope, password: string) =>
  (await authenticate({ email: user.email, password }, { request: REQUEST, defer: () => undefined }))?.userId === user.id

const kindsOf = async ({ user }: UserScope) =>
  (await asSuperuser<{ kind: string }>('SELECT kind FROM audit_events WHERE user_id = $1 ORDER BY created_at, id', [user.id])).map(
    ({ kind }) => kind,
  )

/** Everything that a refusal could have changed. */
const stateOf = async ({ user }: UserScope) =>
  asSuperuser(
    `SELECT password_hash, (SELECT array_agg(id_hash ORDER BY handle) FROM sessions WHERE user_id = users.id) AS sessions FROM users WHERE id = $1`,
    [user.id],
  )

let scope: UserScope
beforeAll(async () => {
  scope = await ownerScope()
})

describe('a change of password', () => {
  test('voids another address that was asked for before, and links that would set a password', async () => {
    const owner = await ownerScope()
    const wanted = `${unique('thief')}@example.com`
    await requestEmailChange(owner, { email: wanted }, REQUEST)
    const link = await newestToken(wanted)
    await withUser(owner.user.id, (tx) => sendPasswordReset(tx, owner.user))
    const reset = await newestToken(owner.user.email)
    expect(await changePassword(owner, { currentPassword: PASSWORD, password: NEW }, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await confirmEmailChange(link, REQUEST)).toMatchObject({ status: 'conflict' })
    expect(await resetPassword(reset, { password: 'eleven grey pelicans' }, { request: REQUEST })).toMatchObject({ status: 'conflict' })
    expect(await opens(owner, NEW)).toBe(true)
  })

  test.each<[string, { currentPassword: string; password: string }, string, Message]>([
    ['a wrong old one', { currentPassword: 'not the password', password: NEW }, 'currentPassword', 'password-incorrect'],
    ['the same again', { currentPassword: PASSWORD, password: PASSWORD }, 'password', 'password-unchanged'],
    ['a common one', { currentPassword: PASSWORD, password: 'password123' }, 'password', 'password-common'],
    ['one with the email in it', { currentPassword: PASSWORD, password: 'EMAIL and more' }, 'password', 'password-has-email'],
  ])('to or from %s is refused at its field, and changes nothing', async (what, input, field, code) => {
    const before = await stateOf(scope)
    const given = { ...input, password: input.password.replace('EMAIL', scope.user.email) }
    const refused = await changePassword(scope, given, REQUEST)
    expect(refused).toEqual(invalid({ [field]: code }))
    expect(await stateOf(scope)).toEqual(before)
    expect(await queuedMails(scope.user.email)).toEqual([])
    expect((await kindsOf(scope)).at(-1) === 'session.refused', what).toBe(field === 'currentPassword')
    if (field === 'currentPassword') await asSuperuser('DELETE FROM audit_events WHERE user_id = $1', [scope.user.id])
  })

  test('renews this session, ends the others, tells by mail, and opens with the new one alone', async () => {
    const mine = await ownerScope()
    const other = await anotherSession(mine)
    const changed = await changePassword(mine, { currentPassword: PASSWORD, password: NEW }, REQUEST)
    const id = changed.status === 'ok' ? changed.value : ''
    expect(await Promise.all([mine.session.id, other.session.id, id].map(isAlive))).toEqual([false, false, true])
    expect(await sessionRow(id)).toMatchObject({ user_id: mine.user.id })
    expect([await opens(mine, PASSWORD), await opens(mine, NEW)]).toEqual([false, true])
    expect((await queuedMails(mine.user.email)).map(({ template }) => template)).toEqual(['password-changed'])
    expect((await kindsOf(mine)).slice(-2)).toEqual(['sessions.ended', 'user.password-changed'])
  })

  test('two at once from two sessions, and three from one: one holds, the others find their session gone', async () => {
    const mine = await ownerScope()
    const other = await anotherSession(mine)
    const tries = [mine, other, mine, mine].map((from, index) => ({ from, password: `${NEW} ${index}` }))
    const results = await atOnce(tries.length, (index) => {
      const { from, password } = tries[index] ?? { from: mine, password: NEW }
      return changePassword(from, { currentPassword: PASSWORD, password }, REQUEST)
    })
    const won = results.flatMap((result, index) => (result.status === 'ok' ? [index] : []))
    expect(won).toHaveLength(1)
    // a slower one is told that its old password is wrong by now, or that it is signed out
    for (const result of results)
      if (result.status !== 'ok') expect([forbidden, invalid({ currentPassword: 'password-incorrect' })]).toContainEqual(result)
    expect(await opens(mine, `${NEW} ${won[0]}`)).toBe(true)
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [mine.user.id])).toHaveLength(1)
    expect((await kindsOf(mine)).filter((kind) => kind === 'user.password-changed')).toHaveLength(1)
  })
})

describe('a proof', () => {
  test('with the right password renews the session and stands in the trail', async () => {
    const mine = await ownerScope()
    await shiftSession(mine, 'authenticated_at', '-1 day')
    const proven = await reauthenticate(mine, PASSWORD, REQUEST)
    const id = proven.status === 'ok' ? proven.value : ''
    expect([await isAlive(mine.session.id), await isAlive(id)]).toEqual([false, true])
    expect((await kindsOf(mine)).at(-1)).toBe('session.proven')
  })

  test.each<[string, string, Message, boolean]>([
    ['wrong', 'not the password', 'password-incorrect', true],
    ['empty', '', 'password-missing', false],
    ['endless', 'x'.repeat(5000), 'password-incorrect', false],
  ])('with one that is %s is refused, and the session stays as it is', async (_, given, code, isNoted) => {
    const mine = await ownerScope()
    expect(await reauthenticate(mine, given, REQUEST)).toEqual(invalid({ proof: code }))
    expect(await isAlive(mine.session.id)).toBe(true)
    expect((await kindsOf(mine)).includes('session.refused')).toBe(isNoted)
  })
})
