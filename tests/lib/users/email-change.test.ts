import { describe, expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { listPendingInvitations } from '@/lib/invitations/pending'
import { conflict, invalid } from '@/lib/outcome'
import { confirmEmailChange, findEmailChange, findPendingEmail, requestEmailChange } from '@/lib/users/email-change'
import { findEmailUndo, undoEmailChange } from '@/lib/users/email-undo'
import { findPasswordReset, requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { verifyEmail } from '@/lib/users/verification'
import { atOnce } from '../../support/at-once'
import { asSuperuser, countRows } from '../../support/database'
import { invite } from '../../support/invitations'
import { ageLinks, expireLinks, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { ownerScope, plainUser, REQUEST, unique, userScope } from '../../support/people'

const address = () => `${unique('new')}@example.com`

/** Someone who asked for another address, and the tokens in the two mails. */
async function asked() {
  const scope = await userScope(await plainUser())
  const [old, email] = [scope.user.email, address()]
  expect(await requestEmailChange(scope, { email }, REQUEST)).toMatchObject({ status: 'ok' })
  return { scope, userId: scope.user.id, old, email, confirm: await newestToken(email), undo: await newestToken(old) }
}

async function userOf(userId: string) {
  const [user] = await asSuperuser('SELECT email, email_verified_at IS NOT NULL AS verified, password_hash FROM users WHERE id = $1', [
    userId,
  ])
  return user
}

const sessionsOf = (userId: string) => asSuperuser('SELECT user_id FROM sessions WHERE user_id = $1', [userId])

describe('changing an address', () => {
  test('tells both, and changes nothing before the new one is confirmed', async () => {
    const { scope, userId, old, email, confirm } = await asked()
    expect((await queuedMails(email)).map(({ template }) => template)).toEqual(['confirm-new-email'])
    expect(await queuedMails(old)).toMatchObject([{ template: 'email-change-requested', props: { newEmail: email } }])
    expect(await userOf(userId)).toMatchObject({ email: old })
    expect(await findPendingEmail(scope)).toMatchObject({ email })
    expect(await findEmailChange(confirm)).toEqual({ email })

    expect(await confirmEmailChange(confirm, REQUEST)).toEqual({ status: 'ok', value: { email } })
    expect(await userOf(userId)).toMatchObject({ email, verified: true })
    expect((await queuedMails(old)).at(-1)).toMatchObject({ template: 'email-changed', props: { newEmail: email } })
    expect(await trailOf(userId)).toEqual(['user.email-change-asked', 'user.email-changed'])
    expect(await findPendingEmail(scope)).toBeNull()
  })

  test.each([
    ['half a minute before its end is good', '30 seconds', true],
    ['at its end is not', '0 seconds', false],
  ])('a link %s', async (_, end, isGood) => {
    const { scope, userId, old, email, confirm } = await asked()
    await expireLinks(email, end)
    expect((await findEmailChange(confirm)) !== null).toBe(isGood)
    expect((await findPendingEmail(scope)) !== null).toBe(isGood)
    expect((await confirmEmailChange(confirm, REQUEST)).status === 'ok').toBe(isGood)
    expect(await userOf(userId)).toMatchObject({ email: isGood ? email : old })
  })

  test('the newest link alone is good', async () => {
    const { scope, userId, confirm } = await asked()
    const email = address()
    await requestEmailChange(scope, { email }, REQUEST)
    expect((await confirmEmailChange(confirm, REQUEST)).status).not.toBe('ok')
    expect((await confirmEmailChange(await newestToken(email), REQUEST)).status).toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email })
  })

  test('fifty at once use a link once', async () => {
    const { userId, confirm } = await asked()
    const results = await atOnce(50, () => confirmEmailChange(confirm, REQUEST))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await trailOf(userId)).toEqual(['user.email-change-asked', 'user.email-changed'])
  })

  test('one’s own address is none to change to', async () => {
    const scope = await userScope(await plainUser())
    const result = await requestEmailChange(scope, { email: scope.user.email }, REQUEST)
    expect(result).toMatchObject(invalid({ email: expect.any(String) }))
    expect(await queuedMails(scope.user.email)).toEqual([])
  })

  test('a taken address is answered as a free one, is told, and gets no link', async () => {
    const [taken, free] = [`${unique('n')}@example.com`, `${unique('n')}@example.com`]
    await plainUser(taken)
    const answers = []
    for (const email of [taken, free]) {
      const scope = await userScope(await plainUser())
      const result = await requestEmailChange(scope, { email }, REQUEST)
      expect(await findPendingEmail(scope)).toMatchObject({ email }) // as its page shows it
      answers.push(JSON.stringify(result).replaceAll(email, '*'))
    }
    expect(answers[0]).toBe(answers[1])
    const mails = await queuedMails(taken)
    expect(mails).toEqual([{ template: 'address-taken', props: { url: 'http://localhost:3000/login' } }])
  })

  test('an address that was taken meanwhile is refused, and nothing changes', async () => {
    const { userId, old, email, confirm } = await asked()
    await plainUser(email)
    const result = await confirmEmailChange(confirm, REQUEST)
    expect(result).toMatchObject(conflict('email-no-longer-free'))
    expect(await userOf(userId)).toMatchObject({ email: old })
    expect((await queuedMails(old)).map(({ template }) => template)).toEqual(['email-change-requested'])
  })

  test('two who want one address at once: one has it', async () => {
    const email = address()
    const tokens: string[] = []
    for (let n = 0; n < 2; n += 1) {
      await requestEmailChange(await userScope(await plainUser()), { email }, REQUEST)
      tokens.push(await newestToken(email))
    }
    const results = await atOnce(2, (n) => confirmEmailChange(tokens[n] ?? '', REQUEST))
    expect(results.map(({ status }) => status === 'ok').sort()).toEqual([false, true])
  })

  test('links that went to the old address prove and open nothing any more', async () => {
    const { old, userId, confirm } = await asked()
    const later: Promise<void>[] = []
    await requestPasswordReset({ email: old, callbackUrl: '/private' }, { request: REQUEST, defer: (work) => void later.push(work()) })
    await Promise.all(later)
    const reset = await newestToken(old)
    expect(await findPasswordReset(reset)).toEqual({ email: old })
    await confirmEmailChange(confirm, REQUEST)
    expect(await findPasswordReset(reset)).toBeNull()
    expect((await userOf(userId))?.password_hash).toBeNull()
  })

  test('the link confirms this alone', async () => {
    const { confirm, undo } = await asked()
    for (const wrong of [undo, 'x', '', 'A'.repeat(43)]) expect((await confirmEmailChange(wrong, REQUEST)).status).not.toBe('ok')
    expect((await verifyEmail(confirm, REQUEST)).status).not.toBe('ok')
    expect((await undoEmailChange(confirm, REQUEST)).status).not.toBe('ok')
  })

  test('an invitation that waits stays with the address it was sent to', async () => {
    const [host, { scope, old, confirm, userId }] = [await ownerScope(), await asked()]
    await invite(host, 'MEMBER', old)
    expect(await listPendingInvitations(scope)).toHaveLength(1)
    await confirmEmailChange(confirm, REQUEST)
    expect(await listPendingInvitations(await userScope(userId))).toEqual([])
  })
})

describe('keeping the old address', () => {
  test('before the change, ends it: sessions, password and other links too', async () => {
    const { userId, old, confirm, undo } = await asked()
    await asSuperuser(`UPDATE users SET password_hash = 'known to a thief' WHERE id = $1`, [userId])
    expect(await findEmailUndo(undo)).toEqual({ email: old })
    const kept = await undoEmailChange(undo, REQUEST)
    expect(kept).toMatchObject({ status: 'ok', value: { email: old } })
    expect((await confirmEmailChange(confirm, REQUEST)).status).not.toBe('ok')
    expect(await userOf(userId)).toEqual({ email: old, verified: true, password_hash: null })
    expect(await sessionsOf(userId)).toEqual([])
    expect(await trailOf(userId)).toEqual(['user.email-change-asked', 'sessions.ended', 'user.email-change-cancelled'])
    expect((await queuedMails(old)).at(-1)?.template).toBe('password-reset')
    expect(kept.status === 'ok' && (await findPasswordReset(kept.value.resetToken))).toEqual({ email: old })
  })

  test('after the change, takes it back, by either mail', async () => {
    for (const which of ['asked', 'changed']) {
      const { userId, old, email, confirm, undo } = await asked()
      await confirmEmailChange(confirm, REQUEST)
      const token = which === 'asked' ? undo : await newestToken(old)
      expect((await undoEmailChange(token, REQUEST)).status).toBe('ok')
      expect(await userOf(userId)).toMatchObject({ email: old, verified: true })
      expect(await sessionsOf(userId)).toEqual([])
      expect(await asSuperuser('SELECT id FROM users WHERE email = $1', [email])).toEqual([])
    }
  })

  test.each([
    ['half a minute before its end is good', '30 seconds', true],
    ['at its end is not', '0 seconds', false],
  ])('a link %s', async (_, end, isGood) => {
    const { userId, old, email, confirm } = await asked()
    await confirmEmailChange(confirm, REQUEST)
    const undo = await newestToken(old)
    await expireLinks(old, end)
    expect((await findEmailUndo(undo)) !== null).toBe(isGood)
    expect((await undoEmailChange(undo, REQUEST)).status === 'ok').toBe(isGood)
    expect(await userOf(userId)).toMatchObject({ email: isGood ? old : email })
  })

  test('fifty at once use a link once', async () => {
    const { userId, undo } = await asked()
    const results = await atOnce(50, () => undoEmailChange(undo, REQUEST))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect((await trailOf(userId)).filter((kind) => kind === 'user.email-change-cancelled')).toHaveLength(1)
  })

  test('the first address has the last word: a thief who changes it twice cannot take it back', async () => {
    const { scope, userId, old, email, confirm, undo } = await asked()
    await confirmEmailChange(confirm, REQUEST)
    await ageLinks(old, '1 minute')
    const third = address()
    await requestEmailChange(scope, { email: third }, REQUEST)
    await confirmEmailChange(await newestToken(third), REQUEST)
    const thiefsUndo = await newestToken(email)
    expect((await undoEmailChange(undo, REQUEST)).status).toBe('ok')
    expect((await undoEmailChange(thiefsUndo, REQUEST)).status).not.toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email: old })
  })

  test('a thief who resets the password at the new address does not seal the theft', async () => {
    const { userId, old, email, confirm, undo } = await asked()
    await confirmEmailChange(confirm, REQUEST)
    const later: Promise<void>[] = []
    await requestPasswordReset({ email, callbackUrl: '/private' }, { request: REQUEST, defer: (work) => void later.push(work()) })
    await Promise.all(later)
    expect((await resetPassword(await newestToken(email), { password: 'eleven grey pelicans' }, { request: REQUEST })).status).toBe('ok')
    expect((await undoEmailChange(undo, REQUEST)).status).toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email: old, password_hash: null })
  })

  test.each([
    ['20 seconds', false], // hashing takes its time
    ['0 seconds', true],
  ])('nobody can register with the old address while it can be taken back, for another %s', async (end, isFree) => {
    const { old, confirm } = await asked()
    await confirmEmailChange(confirm, REQUEST)
    await expireLinks(old, end)
    const before = await countRows()
    const registered = await register({ accountName: unique('Squat'), email: old, password: 'eleven grey pelicans' }, REQUEST)
    expect(registered.status === 'ok').toBe(isFree)
    if (isFree) return
    expect(registered).toEqual(invalid({ email: 'email-taken' }))
    expect(await countRows()).toEqual(before)
  })

  test('tells the address that loses its place', async () => {
    const { email, confirm, undo } = await asked()
    await confirmEmailChange(confirm, REQUEST)
    await undoEmailChange(undo, REQUEST)
    expect((await queuedMails(email)).at(-1)).toMatchObject({ template: 'email-restored' })
  })

  test('an old address that somebody else has registered since is refused, and nothing changes', async () => {
    const { userId, old, email, confirm, undo } = await asked()
    await confirmEmailChange(confirm, REQUEST)
    await plainUser(old)
    expect((await undoEmailChange(undo, REQUEST)).status).not.toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email })
    expect(await sessionsOf(userId)).toHaveLength(1)
  })
})
