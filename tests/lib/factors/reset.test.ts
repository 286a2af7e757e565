import { expect, test } from 'vitest'
import { readFactors } from '@/lib/factors/list'
import { requestEmailChange } from '@/lib/users/email-change'
import { undoEmailChange } from '@/lib/users/email-undo'
import { findPasswordReset, requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { asSuperuser } from '../../support/database'
import { addTotp, totpCode } from '../../support/factors'
import { newestToken } from '../../support/mail-jobs'
import { createUser, REQUEST, unique, userScope } from '../../support/people'

const NEW = 'eleven grey pelicans'

async function withLink() {
  const added = await addTotp(await userScope(await createUser()))
  const { email } = added.scope.user
  const work: Promise<void>[] = []
  await requestPasswordReset({ email, callbackUrl: '/private' }, { request: REQUEST, defer: (run) => void work.push(run()) })
  await Promise.all(work)
  return { ...added, token: await newestToken(email) }
}
const reset = (token: string, code?: string) => resetPassword(token, { password: NEW, code }, { request: REQUEST })

// ASVS 6.4.3, 6.4.4
test('a reset asks for a second factor before it counts, and the link works until then', async () => {
  const { scope, secret, token } = await withLink()
  expect(await findPasswordReset(token)).toMatchObject({ needsFactor: true })
  expect(await reset(token)).toEqual({ status: 'invalid', fields: { code: 'code-missing' } })
  expect(await reset(token, '000000')).toEqual({ status: 'invalid', fields: { code: 'code-incorrect' } })
  expect((await reset(token, totpCode(secret))).status).toBe('ok')
  expect((await readFactors(scope)).totp).not.toBeNull()
})

test('a reset with a recovery code spends it only if the link works', async () => {
  const { scope, codes, token } = await withLink()
  expect((await reset(token, codes[0])).status).toBe('ok')
  expect(await reset(token, codes[1])).toMatchObject({ status: 'conflict' })
  expect((await readFactors(scope)).recoveryCodes).toBe(9)
})

// ASVS 6.4.4
test('a reset of an unconfirmed email asks for no factor, and removes those of the person who registered with it', async () => {
  const { scope, token } = await withLink()
  await asSuperuser('UPDATE users SET email_verified_at = NULL WHERE id = $1', [scope.user.id])
  expect(await findPasswordReset(token)).toMatchObject({ needsFactor: false })
  expect((await reset(token)).status).toBe('ok')
  expect(await readFactors(scope)).toEqual({ totp: null, passkeys: [], recoveryCodes: 0, browsers: [] })
})

// ASVS 6.4.4
test.each([
  ['removes a factor that was added after the change was requested', true],
  ['keeps a factor from before', false],
])('undoing a change of email %s', async (_, isLater) => {
  const before = await userScope(await createUser())
  const { email } = before.user
  const change = (scope: typeof before) => requestEmailChange(scope, { email: `${unique('new')}@example.com` }, REQUEST)
  const scope = isLater ? before : (await addTotp(before)).scope
  await change(scope)
  const undo = await newestToken(email)
  if (isLater) await addTotp(scope)
  expect((await undoEmailChange(undo, REQUEST)).status).toBe('ok')
  expect((await readFactors(scope)).totp === null).toBe(isLater)
})
