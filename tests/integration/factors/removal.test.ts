import { describe, expect, test } from 'vitest'
import { confirmTotp, findEnrollment, spendTotpCode, startTotp } from '@/lib/factors/authenticator'
import { readFactors } from '@/lib/factors/list'
import { passkeyOptions } from '@/lib/factors/passkey-sign-in'
import { renewRecoveryCodes } from '@/lib/factors/recovery-codes'
import { removeFactor, renameFactor } from '@/lib/factors/removal'
import { TOTP_MAX } from '@/lib/factors/schema'
import { deviceIdFrom } from '@/lib/http/device-id'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { message, sentence } from '@/lib/messages'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { addTotp, factorOf, totpCode } from '../../support/factors'
import { createUser, memberScope, ownerScope, REQUEST, userScope } from '../../support/people'
import { setPolicy } from '../../support/policies'

async function addAnother(scope: UserScope): Promise<{ status: string; secret: Buffer }> {
  const started = await startTotp(scope)
  const secret = (await findEnrollment(scope)) ?? Buffer.alloc(20)
  if (started.status !== 'ok') return { status: started.status, secret }
  return { status: (await confirmTotp(scope, { code: totpCode(secret) }, REQUEST)).status, secret }
}

const addPasskeyRow = (userId: string) =>
  asSuperuser(
    `INSERT INTO passkeys (user_id, id, credential_id, public_key, counter, name, aaguid, is_backup_eligible, is_backed_up)
     VALUES ($1::uuid, gen_random_uuid(), $1::text, '', 0, 'Passkey', gen_random_uuid(), false, false)`,
    [userId],
  )

describe('several authenticator apps', () => {
  test('each have their own name and codes, up to five', async () => {
    const { scope } = await addTotp(await userScope(await createUser()))
    const second = await addAnother(scope)
    expect((await readFactors(scope)).totp.map(({ name }) => name)).toEqual(['Authenticator app', 'Authenticator app 2'])
    await asSuperuser('UPDATE totp_factors SET last_step = 0 WHERE user_id = $1', [scope.user.id])
    const spend = () => withUser(scope.user.id, (tx) => spendTotpCode(tx, scope.user.id, totpCode(second.secret)))
    expect([await spend(), await spend()]).toEqual([true, false])
    for (let n = 2; n < TOTP_MAX; n += 1) expect((await addAnother(scope)).status).toBe('ok')
    expect((await addAnother(scope)).status).toBe('conflict')
  })

  test('can be renamed and removed only by their user', async () => {
    const [{ scope }, stranger] = [await addTotp(await userScope(await createUser())), await addTotp(await userScope(await createUser()))]
    await addAnother(scope)
    const first = await factorOf(scope)
    for (const refused of [renameFactor(stranger.scope, { ...first, name: 'x' }, REQUEST), removeFactor(stranger.scope, first, REQUEST)])
      expect(await refused).toEqual({ status: 'conflict', message: 'factor-missing' })
    expect((await renameFactor(scope, { ...first, name: 'Old phone' }, REQUEST)).status).toBe('ok')
    expect(await removeFactor(scope, first, REQUEST)).toEqual({ status: 'ok', value: { name: 'Old phone' } })
    expect((await readFactors(scope)).totp.map(({ name }) => name)).toEqual(['Authenticator app 2'])
  })
})

// ASVS 6.4.3
describe('the last factor that an account requires', () => {
  test('is not removed, and the message names the account', async () => {
    const { scope } = await addTotp(await ownerScope())
    await setPolicy(scope.account.id, { secondFactor: 'everyone' })
    const factor = await factorOf(scope)
    const refusal = { status: 'conflict', message: message('factor-required', { accounts: scope.account.name, count: 1 }) }
    expect(sentence(refusal.message)).toContain(`${scope.account.name} requires this`)
    expect((await readFactors(scope)).requirements).toEqual([{ name: scope.account.name, methods: ['totp', 'passkey'] }])
    expect(await removeFactor(scope, factor, REQUEST)).toEqual(refusal)
    await addPasskeyRow(scope.user.id)
    await setPolicy(scope.account.id, { secondFactor: 'everyone', factorMethods: ['totp'] })
    expect(await removeFactor(scope, factor, REQUEST)).toEqual(refusal)
    await setPolicy(scope.account.id, { secondFactor: 'everyone' })
    expect((await removeFactor(scope, factor, REQUEST)).status).toBe('ok')
  })

  test('is removed if the account requires it only of other roles, accepts only other kinds, or was deleted', async () => {
    const owner = await ownerScope()
    for (const [policy, deleted] of [
      [{ secondFactor: 'admins' }, false],
      [{ secondFactor: 'everyone', factorMethods: ['passkey'] }, false],
      [{ secondFactor: 'everyone' }, true],
    ] as const) {
      const { scope } = await addTotp(await memberScope(owner, 'MEMBER'))
      await setPolicy(owner.account.id, {
        ...policy,
        factorMethods: ['totp', 'passkey'],
        ...('factorMethods' in policy ? { factorMethods: ['passkey'] } : {}),
      })
      if (deleted) await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [owner.account.id])
      expect((await removeFactor(scope, await factorOf(scope), REQUEST)).status).toBe('ok')
    }
  })
})

// ASVS 2.4.1
describe('a user who makes many', () => {
  const untilRefused = async (attempt: () => Promise<{ status: string }>, max: number) => {
    for (let n = 1; n <= max; n += 1) {
      const refused = await attempt().then(
        () => false,
        (error) => error instanceof RateLimited,
      )
      if (refused) return n
    }
    return 'never'
  }

  test('factor changes is refused, and other users are not', async () => {
    const [{ scope }, other] = [await addTotp(await userScope(await createUser())), await addTotp(await userScope(await createUser()))]
    expect(await untilRefused(() => renewRecoveryCodes(scope, REQUEST), 40)).toBe(30) // the first was adding the app
    const factor = await factorOf(scope)
    for (const change of [() => startTotp(scope), () => removeFactor(scope, factor, REQUEST)])
      await expect(change()).rejects.toThrow(RateLimited)
    expect((await renewRecoveryCodes(other.scope, REQUEST)).status).toBe('ok')
  })

  test('passkey challenges is refused, and other users are not', async () => {
    const [scope, other] = [await userScope(await createUser()), await userScope(await createUser())]
    const ask = (claim: UserScope) => passkeyOptions({ purpose: 'verify', deviceId: deviceIdFrom(undefined), claim })
    expect(await untilRefused(() => ask(scope), 70)).toBe(61)
    expect((await ask(other)).status).toBe('ok')
  })
})
