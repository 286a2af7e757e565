import { describe, expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { readHome } from '@/lib/accounts/home'
import { conflict, invalid } from '@/lib/outcome'
import { startLifetime } from '@/lib/tokens/tokens'
import { confirmEmailChange, findEmailChange, findPendingEmail, requestEmailChange } from '@/lib/users/email-change'
import { findEmailUndo, undoEmailChange } from '@/lib/users/email-undo'
import type { LinkOpener } from '@/lib/users/link-owner'
import { findPasswordReset, requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { invite } from '../../support/invitations'
import { ageLinks, expireLinks, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { createUser, openedBy, ownerScope, REQUEST, unique, userScope } from '../../support/people'

const newEmail = () => `${unique('new')}@example.com`

/** A user with a confirmed email who requested another one, and the tokens sent to both emails. */
async function requested() {
  const scope = await userScope(await createUser())
  const [old, email] = [scope.user.email, newEmail()]
  expect(await requestEmailChange(scope, { email }, REQUEST)).toMatchObject({ status: 'ok' })
  const [confirm, undo] = [await newestToken(email), await newestToken(old)]
  return { scope, opener: openedBy(scope), userId: scope.user.id, old, email, confirm, undo }
}

async function userOf(userId: string) {
  const [user] = await asSuperuser('SELECT email, email_verified_at IS NOT NULL AS verified, password_hash FROM users WHERE id = $1', [
    userId,
  ])
  return user
}

const sessionsOf = (userId: string) => asSuperuser('SELECT user_id FROM sessions WHERE user_id = $1', [userId])

describe('requestEmailChange and confirmEmailChange', () => {
  // ASVS 2.3.1, 6.3.7
  test('notify both emails, and change nothing before the new one is confirmed', async () => {
    const { scope, userId, old, email, confirm, opener } = await requested()
    expect((await queuedMails(email)).map(({ template }) => template)).toEqual(['confirm-new-email'])
    expect(await queuedMails(old)).toMatchObject([{ template: 'email-change-requested', props: { newEmail: email } }])
    expect(await userOf(userId)).toMatchObject({ email: old })
    expect(await findPendingEmail(scope)).toMatchObject({ email })
    expect(await findEmailChange(confirm)).toEqual({ email, userId })

    expect(await confirmEmailChange(confirm, opener)).toEqual({ status: 'ok', value: { email } })
    expect(await userOf(userId)).toMatchObject({ email, verified: true })
    expect((await queuedMails(old)).at(-1)).toMatchObject({ template: 'email-changed', props: { newEmail: email } })
    expect(await trailOf(userId)).toEqual(['user.email-change-asked', 'user.email-changed'])
    expect(await findPendingEmail(scope)).toBeNull()
  })

  test.each([
    ['30 seconds', true],
    ['0 seconds', false],
  ])('accept a link that expires in %s: %s', async (end, isValid) => {
    const { scope, userId, old, email, confirm, opener } = await requested()
    await expireLinks(email, end)
    expect((await findEmailChange(confirm)) !== null).toBe(isValid)
    expect((await findPendingEmail(scope)) !== null).toBe(isValid)
    expect((await confirmEmailChange(confirm, opener)).status === 'ok').toBe(isValid)
    expect(await userOf(userId)).toMatchObject({ email: isValid ? email : old })
  })

  // ASVS 6.3.8
  test('show the same end of a link when its email was sent, because none is sent to a taken email', async () => {
    const { scope, confirm } = await requested()
    const before = await findPendingEmail(scope)
    await startLifetime(confirm)
    expect(await findPendingEmail(scope)).toEqual(before)
  })

  test('accept only the newest link', async () => {
    const { scope, userId, confirm, opener } = await requested()
    const email = newEmail()
    await requestEmailChange(scope, { email }, REQUEST)
    expect((await confirmEmailChange(confirm, opener)).status).not.toBe('ok')
    expect((await confirmEmailChange(await newestToken(email), openedBy(scope))).status).toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email })
  })

  test('accept a link once when fifty requests use it at the same time', async () => {
    const { userId, confirm, opener } = await requested()
    const results = await atOnce(50, () => confirmEmailChange(confirm, opener))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await trailOf(userId)).toEqual(['user.email-change-asked', 'user.email-changed'])
  })

  test("refuse the user's current email", async () => {
    const scope = await userScope(await createUser())
    const result = await requestEmailChange(scope, { email: scope.user.email }, REQUEST)
    expect(result).toMatchObject(invalid({ email: expect.any(String) }))
    expect(await queuedMails(scope.user.email)).toEqual([])
  })

  // ASVS 6.3.8
  test('answer the same for a registered email as for a new one, notify its owner, and send no link', async () => {
    const [taken, free] = [`${unique('n')}@example.com`, `${unique('n')}@example.com`]
    await createUser(taken)
    const answers = []
    for (const email of [taken, free]) {
      const scope = await userScope(await createUser())
      const result = await requestEmailChange(scope, { email }, REQUEST)
      expect(await findPendingEmail(scope)).toMatchObject({ email }) // as its page shows it
      answers.push(JSON.stringify(result).replaceAll(email, '*'))
    }
    expect(answers[0]).toBe(answers[1])
    const mails = await queuedMails(taken)
    expect(mails).toEqual([{ template: 'address-taken', props: { url: 'http://localhost:3000/login' } }])
  })

  test('tell an unconfirmed email nothing and do not reserve it, because it may be a stranger’s', async () => {
    const scope = await userScope(await createUser(undefined, { isConfirmed: false }))
    const [stranger, email] = [scope.user.email, newEmail()]
    await requestEmailChange(scope, { email }, REQUEST)
    expect((await confirmEmailChange(await newestToken(email), openedBy(scope))).status).toBe('ok')
    expect(await queuedMails(stranger)).toEqual([])
    const registered = await register({ accountName: unique('Own'), email: stranger, password: 'eleven grey pelicans' }, REQUEST)
    expect(registered.status).toBe('ok')
  })

  test('refuse an email that was registered in the meantime, and change nothing', async () => {
    const { userId, old, email, confirm, opener } = await requested()
    await createUser(email)
    const result = await confirmEmailChange(confirm, opener)
    expect(result).toMatchObject(conflict('email-no-longer-free'))
    expect(await userOf(userId)).toMatchObject({ email: old })
    expect((await queuedMails(old)).map(({ template }) => template)).toEqual(['email-change-requested'])
  })

  test('give an email to one user when two confirm it at the same time', async () => {
    const email = newEmail()
    const links: [string, LinkOpener][] = []
    for (let n = 0; n < 2; n += 1) {
      const scope = await userScope(await createUser())
      await requestEmailChange(scope, { email }, REQUEST)
      links.push([await newestToken(email), openedBy(scope)])
    }
    const results = await atOnce(2, (n) => confirmEmailChange(...(links[n] as [string, LinkOpener])))
    expect(results.map(({ status }) => status === 'ok').sort()).toEqual([false, true])
  })

  // ASVS 6.5.6
  test('void links that were sent to the old email', async () => {
    const { old, userId, confirm, opener } = await requested()
    const deferred: Promise<void>[] = []
    await requestPasswordReset({ email: old, callbackUrl: '/private' }, { request: REQUEST, defer: (work) => void deferred.push(work()) })
    await Promise.all(deferred)
    const reset = await newestToken(old)
    expect(await findPasswordReset(reset)).toMatchObject({ email: old })
    await confirmEmailChange(confirm, opener)
    expect(await findPasswordReset(reset)).toBeNull()
    expect((await userOf(userId))?.password_hash).toBeNull()
  })

  test('leave pending invitations with the old email', async () => {
    const [host, { scope, old, confirm, userId, opener }] = [await ownerScope(), await requested()]
    await invite(host, 'MEMBER', old)
    expect((await readHome(scope, REQUEST)).invitations).toHaveLength(1)
    await confirmEmailChange(confirm, opener)
    expect((await readHome(await userScope(userId), REQUEST)).invitations).toEqual([])
  })
})

describe('undoEmailChange', () => {
  test('cancels a pending change, ends all sessions, and removes the password', async () => {
    const { userId, old, confirm, undo, opener } = await requested()
    await asSuperuser(`UPDATE users SET password_hash = 'known to an attacker' WHERE id = $1`, [userId])
    expect(await findEmailUndo(undo)).toMatchObject({ email: old })
    const kept = await undoEmailChange(undo, REQUEST)
    expect(kept).toMatchObject({ status: 'ok', value: { email: old } })
    expect((await confirmEmailChange(confirm, opener)).status).not.toBe('ok')
    expect(await userOf(userId)).toEqual({ email: old, verified: true, password_hash: null })
    expect(await sessionsOf(userId)).toEqual([])
    expect(await trailOf(userId)).toEqual(['user.email-change-asked', 'sessions.ended', 'user.email-change-cancelled'])
    expect((await queuedMails(old)).at(-1)?.template).toBe('password-reset')
    expect(kept.status === 'ok' && (await findPasswordReset(kept.value.resetToken))).toMatchObject({ email: old })
  })

  test('restores the old email after the change, with the link in either email', async () => {
    for (const message of ['requested', 'changed']) {
      const { userId, old, email, confirm, undo, opener } = await requested()
      await confirmEmailChange(confirm, opener)
      const token = message === 'requested' ? undo : await newestToken(old)
      expect((await undoEmailChange(token, REQUEST)).status).toBe('ok')
      expect(await userOf(userId)).toMatchObject({ email: old, verified: true })
      expect(await sessionsOf(userId)).toEqual([])
      expect(await asSuperuser('SELECT id FROM users WHERE email = $1', [email])).toEqual([])
    }
  })

  test.each([
    ['30 seconds', true],
    ['0 seconds', false],
  ])('accepts a link that expires in %s: %s', async (end, isValid) => {
    const { userId, old, email, confirm, opener } = await requested()
    await confirmEmailChange(confirm, opener)
    const undo = await newestToken(old)
    await expireLinks(old, end)
    expect((await findEmailUndo(undo)) !== null).toBe(isValid)
    expect((await undoEmailChange(undo, REQUEST)).status === 'ok').toBe(isValid)
    expect(await userOf(userId)).toMatchObject({ email: isValid ? old : email })
  })

  test('accepts a link once when fifty requests use it at the same time', async () => {
    const { userId, undo } = await requested()
    const results = await atOnce(50, () => undoEmailChange(undo, REQUEST))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect((await trailOf(userId)).filter((kind) => kind === 'user.email-change-cancelled')).toHaveLength(1)
  })

  // ASVS 6.5.6
  test('restores the first email even if an attacker changed it twice, and refuses the attacker', async () => {
    const { scope, userId, old, email, confirm, undo, opener } = await requested()
    await confirmEmailChange(confirm, opener)
    await ageLinks(old, '1 minute')
    const third = newEmail()
    await requestEmailChange(scope, { email: third }, REQUEST)
    await confirmEmailChange(await newestToken(third), opener)
    const attackersUndo = await newestToken(email)
    expect((await undoEmailChange(undo, REQUEST)).status).toBe('ok')
    expect((await undoEmailChange(attackersUndo, REQUEST)).status).not.toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email: old })
  })

  test('works after an attacker reset the password at the new email', async () => {
    const { userId, old, email, confirm, undo, opener } = await requested()
    await confirmEmailChange(confirm, opener)
    const deferred: Promise<void>[] = []
    await requestPasswordReset({ email, callbackUrl: '/private' }, { request: REQUEST, defer: (work) => void deferred.push(work()) })
    await Promise.all(deferred)
    expect((await resetPassword(await newestToken(email), { password: 'eleven grey pelicans' }, { request: REQUEST })).status).toBe('ok')
    expect((await undoEmailChange(undo, REQUEST)).status).toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email: old, password_hash: null })
  })

  test('notifies the email that is removed', async () => {
    const { email, confirm, undo, opener } = await requested()
    await confirmEmailChange(confirm, opener)
    await undoEmailChange(undo, REQUEST)
    expect((await queuedMails(email)).at(-1)).toMatchObject({ template: 'email-restored' })
  })

  test('refuses if another user has registered the old email since, and changes nothing', async () => {
    const { userId, old, email, confirm, undo, opener } = await requested()
    await confirmEmailChange(confirm, opener)
    await expireLinks(old, '0 seconds')
    await createUser(old)
    await expireLinks(old, '1 hour') // as if its email were sent late, which starts its lifetime again
    expect((await undoEmailChange(undo, REQUEST)).status).not.toBe('ok')
    expect(await userOf(userId)).toMatchObject({ email })
    expect(await sessionsOf(userId)).toHaveLength(1)
  })
})
