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
import { openedBy, ownerScope, PASSWORD, REQUEST, unique } from '../../support/people'
import { ageProofs } from '../../support/proofs'
import { anotherSession, isActive, sessionRow } from '../../support/sessions'

const NEW = 'seven grey herons standing'

const canSignIn = async ({ user }: UserScope, password: string) =>
  (await authenticate({ email: user.email, password }, { request: REQUEST, defer: () => undefined }))?.userId === user.id

const kindsOf = async ({ user }: UserScope) =>
  (await asSuperuser<{ kind: string }>('SELECT kind FROM audit_events WHERE user_id = $1 ORDER BY created_at, id', [user.id])).map(
    ({ kind }) => kind,
  )

/** Everything that a refused change must leave alone. */
const stateOf = async ({ user }: UserScope) =>
  asSuperuser(
    `SELECT password_hash, (SELECT array_agg(id_hash ORDER BY handle) FROM sessions WHERE user_id = users.id) AS sessions FROM users WHERE id = $1`,
    [user.id],
  )

let scope: UserScope
beforeAll(async () => {
  scope = await ownerScope()
})

describe('changePassword', () => {
  // ASVS 6.4.3
  test('voids pending email changes and password reset links', async () => {
    const owner = await ownerScope()
    const wanted = `${unique('attacker')}@example.com`
    await requestEmailChange(owner, { email: wanted }, REQUEST)
    const link = await newestToken(wanted)
    await withUser(owner.user.id, (tx) => sendPasswordReset(tx, owner.user))
    const reset = await newestToken(owner.user.email)
    expect(await changePassword(owner, { currentPassword: PASSWORD, password: NEW }, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await confirmEmailChange(link, openedBy(owner))).toMatchObject({ status: 'conflict' })
    expect(await resetPassword(reset, { password: 'eleven grey pelicans' }, { request: REQUEST })).toMatchObject({ status: 'conflict' })
    expect(await canSignIn(owner, NEW)).toBe(true)
  })

  // ASVS 2.2.3, 6.2.3, 6.2.4
  test.each<[string, { currentPassword: string; password: string }, string, Message]>([
    ['a wrong current password', { currentPassword: 'not the password', password: NEW }, 'currentPassword', 'password-incorrect'],
    ['an unchanged password', { currentPassword: PASSWORD, password: PASSWORD }, 'password', 'password-unchanged'],
    ['a common password', { currentPassword: PASSWORD, password: 'password123' }, 'password', 'password-common'],
    ['a password that contains the email', { currentPassword: PASSWORD, password: 'EMAIL and more' }, 'password', 'password-has-email'],
  ])('refuses %s with a field error, and changes nothing', async (reason, input, field, code) => {
    const before = await stateOf(scope)
    const given = { ...input, password: input.password.replace('EMAIL', scope.user.email) }
    const refused = await changePassword(scope, given, REQUEST)
    expect(refused).toEqual(invalid({ [field]: code }))
    expect(await stateOf(scope)).toEqual(before)
    expect(await queuedMails(scope.user.email)).toEqual([])
    expect((await kindsOf(scope)).at(-1) === 'session.refused', reason).toBe(field === 'currentPassword')
    if (field === 'currentPassword') await asSuperuser('DELETE FROM audit_events WHERE user_id = $1', [scope.user.id])
  })

  // ASVS 6.2.2, 6.3.7, 7.2.4, 7.4.3
  test('renews the current session, ends the others, sends an email, and accepts only the new password', async () => {
    const mine = await ownerScope()
    const other = await anotherSession(mine)
    const changed = await changePassword(mine, { currentPassword: PASSWORD, password: NEW }, REQUEST)
    const id = changed.status === 'ok' ? changed.value : ''
    expect(await Promise.all([mine.session.id, other.session.id, id].map(isActive))).toEqual([false, false, true])
    expect(await sessionRow(id)).toMatchObject({ user_id: mine.user.id })
    expect([await canSignIn(mine, PASSWORD), await canSignIn(mine, NEW)]).toEqual([false, true])
    expect((await queuedMails(mine.user.email)).map(({ template }) => template)).toEqual(['password-changed'])
    expect((await kindsOf(mine)).slice(-2)).toEqual(['sessions.ended', 'user.password-changed'])
  })

  test('succeeds once when two sessions try at the same time, one of them three times', async () => {
    const mine = await ownerScope()
    const other = await anotherSession(mine)
    const attempts = [mine, other, mine, mine].map((from, index) => ({ from, password: `${NEW} ${index}` }))
    const results = await atOnce(attempts.length, (index) => {
      const { from, password } = attempts[index] ?? { from: mine, password: NEW }
      return changePassword(from, { currentPassword: PASSWORD, password }, REQUEST)
    })
    const won = results.flatMap((result, index) => (result.status === 'ok' ? [index] : []))
    expect(won).toHaveLength(1)
    // a later request finds that the current password is wrong, or that its session has ended
    for (const result of results)
      if (result.status !== 'ok') expect([forbidden, invalid({ currentPassword: 'password-incorrect' })]).toContainEqual(result)
    expect(await canSignIn(mine, `${NEW} ${won[0]}`)).toBe(true)
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [mine.user.id])).toHaveLength(1)
    expect((await kindsOf(mine)).filter((kind) => kind === 'user.password-changed')).toHaveLength(1)
  })
})

describe('reauthenticate', () => {
  test('renews the session with the right password, and records it', async () => {
    const mine = await ownerScope()
    await ageProofs({ userId: mine.user.id }, '1 day')
    const renewed = await reauthenticate(mine, PASSWORD, REQUEST)
    const id = renewed.status === 'ok' ? renewed.value : ''
    expect([await isActive(mine.session.id), await isActive(id)]).toEqual([false, true])
    expect((await kindsOf(mine)).at(-1)).toBe('session.proven')
  })

  test.each<[string, string, Message, boolean]>([
    ['wrong', 'not the password', 'password-incorrect', true],
    ['empty', '', 'password-missing', false],
    ['too long', 'x'.repeat(5000), 'password-incorrect', false],
  ])('refuses a password that is %s, and keeps the session', async (_, password, code, isRecorded) => {
    const mine = await ownerScope()
    expect(await reauthenticate(mine, password, REQUEST)).toEqual(invalid({ proof: code }))
    expect(await isActive(mine.session.id)).toBe(true)
    expect((await kindsOf(mine)).includes('session.refused')).toBe(isRecorded)
  })
})
