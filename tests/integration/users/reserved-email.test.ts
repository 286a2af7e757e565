import { afterEach, describe, expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { deviceIdFrom } from '@/lib/http/device-id'
import { registerInvited } from '@/lib/invitations/link'
import { conflict, invalid, type Outcome } from '@/lib/outcome'
import { env } from '@/lib/platform/env'
import { finishRegistration, requestRegistration } from '@/lib/registrations/registrations'
import { confirmEmailChange, requestEmailChange } from '@/lib/users/email-change'
import { undoEmailChange } from '@/lib/users/email-undo'
import { asSuperuser, countRows, NOW } from '../../support/database'
import { invite } from '../../support/invitations'
import { newestToken } from '../../support/mail-jobs'
import { createUser, openedBy, ownerScope, REQUEST, unique, userScope } from '../../support/people'

// After a change of email, the old one stays reserved while its owner can still undo the change: otherwise an attacker who
// changed it could also take it.

const PASSWORD = 'eleven grey pelicans'

afterEach(() => {
  env().SIGN_UP = 'open'
})

async function changeEmail(from: Awaited<ReturnType<typeof userScope>>, email: string) {
  await requestEmailChange(from, { email }, REQUEST)
  return confirmEmailChange(await newestToken(email), openedBy(from))
}

/** Each way to take an email: prepared while its owner still has it, and then run. */
const WAYS: Record<string, { prepare: (email: string) => Promise<() => Promise<Outcome<unknown>>>; refusal: Outcome<unknown> }> = {
  registering: {
    prepare: async (email) => () => register({ accountName: unique('Squat'), email, password: PASSWORD }, REQUEST),
    refusal: invalid({ email: 'email-taken' }),
  },
  'finishing a registration': {
    prepare: async (email) => async () => {
      env().SIGN_UP = 'verify'
      const [accountName, deviceId] = [unique('Squat'), deviceIdFrom(undefined)]
      const deferred: Promise<void>[] = []
      const defer = (work: () => Promise<void>) => void deferred.push(work())
      await requestRegistration({ accountName, email, password: PASSWORD }, { request: REQUEST, deviceId, callbackUrl: '/private', defer })
      await Promise.all(deferred)
      return finishRegistration(await newestToken(email), { accountName }, { request: REQUEST, deviceId })
    },
    refusal: conflict('email-taken-sign-in'),
  },
  'registering with an invitation': {
    prepare: async (email) => {
      const { token } = await invite(await ownerScope(), 'MEMBER', email)
      return () => registerInvited(token, { password: PASSWORD }, REQUEST)
    },
    refusal: conflict('email-taken-sign-in-to-accept'),
  },
  'changing to it': {
    prepare: async (email) => {
      const scope = await userScope(await createUser())
      return () => changeEmail(scope, email)
    },
    refusal: conflict('email-no-longer-free'),
  },
}

const usersWith = (email: string) => asSuperuser<{ id: string }>('SELECT id FROM users WHERE email = $1', [email])

// ASVS 6.3.8, 6.5.6
describe.each(Object.entries(WAYS))('%s', (_, { prepare, refusal }) => {
  test('is refused for an email whose previous owner can undo its change', async () => {
    const owner = await userScope(await createUser())
    const old = owner.user.email
    const take = await prepare(old)
    expect(await changeEmail(owner, `${unique('new')}@example.com`)).toMatchObject({ status: 'ok' })
    const undo = await newestToken(old)
    const { users, accounts, memberships } = await countRows()
    expect(await take()).toEqual(refusal)
    expect(await countRows()).toMatchObject({ users, accounts, memberships })
    expect(await usersWith(old)).toEqual([])
    expect(await undoEmailChange(undo, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await usersWith(old)).toEqual([{ id: owner.user.id }])
  })

  test('is possible once the change can no longer be undone', async () => {
    const owner = await userScope(await createUser())
    const take = await prepare(owner.user.email)
    await changeEmail(owner, `${unique('new')}@example.com`)
    await asSuperuser(`UPDATE tokens SET expires_at = ${NOW} WHERE purpose = 'email-change-undo' AND user_id = $1`, [owner.user.id])
    expect(await take()).toMatchObject({ status: 'ok' })
  })
})

test('the previous owner may change back', async () => {
  const owner = await userScope(await createUser())
  const old = owner.user.email
  await changeEmail(owner, `${unique('new')}@example.com`)
  expect(await changeEmail(await userScope(owner.user.id), old)).toMatchObject({ status: 'ok' })
})
