import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readFactors } from '@/lib/factors/list'
import { claimPasskey, findPasskeyUse, passkeyOptions, verifyPasskey } from '@/lib/factors/passkey-sign-in'
import { addPasskey, newPasskeyOptions } from '@/lib/factors/passkeys'
import { findSheet } from '@/lib/factors/recovery-codes'
import { removeFactor, renameFactor } from '@/lib/factors/removal'
import { withUser } from '@/lib/platform/db'
import { scopeOf, sessionOf, type UserScope } from '@/lib/session-scope'
import { startSession } from '@/lib/sessions/sessions'
import { Authenticator } from '../../support/authenticator'
import { asSuperuser } from '../../support/database'
import { createUser, REQUEST, userScope } from '../../support/people'
import { unwrap } from '../../support/unwrap'

const newDevice = () => randomBytes(32).toString('base64url')
const DEVICE = newDevice()

async function addTo(scope: UserScope, authenticator = new Authenticator()) {
  const { options } = unwrap(await newPasskeyOptions(scope, DEVICE))
  const added = await addPasskey(scope, { response: authenticator.create(options) }, { request: REQUEST, deviceId: DEVICE })
  const found = await scopeOf(scope.session.id, null)
  return { authenticator, added, scope: (found?.scope ?? scope) as UserScope }
}
const withPasskey = async () => addTo(await userScope(await createUser()))

const signInOptions = async (deviceId = DEVICE) => unwrap(await passkeyOptions({ purpose: 'sign-in', deviceId })).options
const find = (response: string, deviceId = DEVICE) => findPasskeyUse(response, { purpose: 'sign-in', deviceId }, REQUEST)
const claimOf = async (sessionId: string) => {
  const found = await sessionOf(sessionId, null)
  if (!found) throw new Error('No session')
  return found.claim
}
/** Runs `fn` while the runtime role lacks a privilege, as if the database failed at that statement. Then restores it. */
const without = async (privilege: 'DELETE' | 'INSERT', table: string, fn: () => Promise<unknown>) => {
  const columns = await asSuperuser<{ name: string }>(
    `SELECT quote_ident(column_name) AS name FROM information_schema.column_privileges
      WHERE grantee = 'atrium_runtime' AND table_name = $1 AND privilege_type = $2`,
    [table, privilege],
  )
  const list = columns.length ? `(${columns.map(({ name }) => name).join(', ')})` : ''
  await asSuperuser(`REVOKE ${privilege} ON ${table} FROM atrium_runtime`)
  try {
    await fn()
  } finally {
    await asSuperuser(`GRANT ${privilege} ${list} ON ${table} TO atrium_runtime`)
  }
}
const REFUSED = { status: 'conflict', message: 'passkey-refused' }

describe('adding a passkey', () => {
  // ASVS 6.3.7
  test('stores it with the name of its authenticator, counts it as verified, and creates recovery codes', async () => {
    const { added, scope } = await withPasskey()
    expect(added).toEqual({ status: 'ok', value: { hasNewCodes: true } })
    expect(await readFactors(scope)).toMatchObject({
      passkeys: [{ name: '1Password', isBackedUp: true, lastUsedAt: null }],
      recoveryCodes: 10,
    })
    expect(await findSheet(scope)).toHaveLength(10)
    expect(scope.session.proofs.map(({ method }) => method)).toContain('passkey')
  })

  test('requires a discoverable credential and user verification, with a new challenge each time', async () => {
    const scope = await userScope(await createUser())
    const options = await Promise.all([0, 1].map(async () => JSON.parse(unwrap(await newPasskeyOptions(scope, DEVICE)).options)))
    expect(options[0]).toMatchObject({
      rp: { id: 'localhost' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      timeout: 300_000,
    })
    expect(options[0].challenge).not.toBe(options[1].challenge)
    expect(Buffer.from(options[0].challenge, 'base64url')).toHaveLength(32)
  })

  // ASVS 6.7.2, 7.2.1
  test('rejects a used challenge, and a challenge of another session, browser, purpose, or origin', async () => {
    const userId = await createUser()
    const [scope, other] = [await userScope(userId), await userScope(userId)]
    const add = (by: UserScope, response: string, deviceId = DEVICE) => addPasskey(by, { response }, { request: REQUEST, deviceId })
    const options = async (by = scope) => unwrap(await newPasskeyOptions(by, DEVICE)).options
    expect(await add(scope, new Authenticator().create(await options(other)))).toEqual(REFUSED)
    expect(await add(scope, new Authenticator().create(await options()), newDevice())).toEqual(REFUSED)
    expect(await add(scope, new Authenticator().create(JSON.stringify({ ...JSON.parse(await options()), challenge: 'AAAA' })))).toEqual(
      REFUSED,
    )
    const elsewhere = new Authenticator()
    elsewhere.origin = 'https://evil.example'
    expect(await add(scope, elsewhere.create(await options()))).toEqual(REFUSED)
    for (const garbage of ['', 'x', '{}', 'null', '{"id":1}']) expect(await add(scope, garbage)).toEqual(REFUSED)
    const used = await options()
    expect((await add(scope, new Authenticator().create(used))).status).toBe('ok')
    const [current] = [await scopeOf(scope.session.id, null)]
    expect(await add(current?.scope as UserScope, new Authenticator().create(used))).toEqual(REFUSED)
  })

  // ASVS 16.5.3
  test('fails with the database’s error instead of reporting a refused passkey', async () => {
    const scope = await userScope(await createUser())
    const { options } = unwrap(await newPasskeyOptions(scope, DEVICE))
    const response = new Authenticator().create(options)
    const adding = () => addPasskey(scope, { response }, { request: REQUEST, deviceId: DEVICE })
    await without('DELETE', 'passkey_challenges', () => expect(adding()).rejects.toThrow(/permission denied/))
  })

  test('is refused after five minutes, without user verification, and without a recent password', async () => {
    const scope = await userScope(await createUser())
    const { options } = unwrap(await newPasskeyOptions(scope, DEVICE))
    await asSuperuser(`UPDATE passkey_challenges SET created_at = now() - interval '5 minutes 1 second' WHERE user_id = $1`, [
      scope.user.id,
    ])
    expect(await addPasskey(scope, { response: new Authenticator().create(options) }, { request: REQUEST, deviceId: DEVICE })).toEqual(
      REFUSED,
    )
    const lax = new Authenticator()
    lax.isVerifying = false
    expect((await addTo(scope, lax)).added).toEqual(REFUSED)
    const old = { ...scope, session: { ...scope.session, hasRecentAuth: false } }
    expect(await newPasskeyOptions(old, DEVICE)).toEqual({ status: 'conflict', message: 'passkey-start-again' })
  })
})

describe('signing in with a passkey', () => {
  test('finds its user, and the session needs no second factor', async () => {
    const { authenticator, scope } = await withPasskey()
    const use = await find(authenticator.use(await signInOptions(), scope.user.id))
    if (!use) throw new Error('refused')
    expect(use).toMatchObject({ userId: scope.user.id, userVerified: true })
    const sessionId = await startSession(scope.user.id, {
      remembered: false,
      request: REQUEST,
      proof: { method: 'passkey', detail: { userVerified: true } },
      consumeLink: (tx) => claimPasskey(tx, use),
    })
    expect((await scopeOf(sessionId, null))?.scope.session.proofs.map(({ method }) => method)).toEqual(['passkey'])
    expect((await readFactors(scope)).passkeys[0]?.lastUsedAt).not.toBeNull()
  })

  // ASVS 6.7.2
  test('is refused without user verification, and with a used challenge or one for another browser or purpose', async () => {
    const { authenticator, scope } = await withPasskey()
    const response = authenticator.use(await signInOptions(), scope.user.id)
    expect([(await find(response)) !== null, await find(response)]).toEqual([true, null])
    expect(await find(authenticator.use(await signInOptions(newDevice()), scope.user.id))).toBeNull()
    const verify = unwrap(await passkeyOptions({ purpose: 'verify', deviceId: DEVICE, claim: scope })).options
    expect(await find(authenticator.use(verify, scope.user.id))).toBeNull()
    authenticator.isVerifying = false
    expect(await find(authenticator.use(await signInOptions(), scope.user.id))).toBeNull()
  })

  test('is refused for another user, with another key, and once the passkey is removed', async () => {
    const [{ authenticator, scope }, other] = [await withPasskey(), await withPasskey()]
    expect(await find(authenticator.use(await signInOptions(), other.scope.user.id))).toBeNull()
    const forged = JSON.parse(new Authenticator().use(await signInOptions(), scope.user.id))
    expect(await find(JSON.stringify({ ...forged, id: authenticator.id, rawId: authenticator.id }))).toBeNull()
    const [{ id = '' } = {}] = (await readFactors(scope)).passkeys
    expect((await removeFactor(scope, { kind: 'passkey', id }, REQUEST)).status).toBe('ok')
    expect(await find(authenticator.use(await signInOptions(), scope.user.id))).toBeNull()
  })

  // ASVS 6.3.5
  test('is refused and reported if the counter did not advance', async () => {
    const { authenticator, scope } = await withPasskey()
    const use = await find(authenticator.use(await signInOptions(), scope.user.id))
    await withUser(scope.user.id, async (tx) => expect(use && (await claimPasskey(tx, use))).toBe(true))
    authenticator.counter -= 1 // an earlier copy
    expect(await find(authenticator.use(await signInOptions(), scope.user.id))).toBeNull()
    const [event] = await asSuperuser(
      `SELECT kind, target, actor_id FROM audit_events WHERE user_id = $1 AND kind = 'user.passkey-copied'`,
      [scope.user.id],
    )
    expect(event).toEqual({ kind: 'user.passkey-copied', target: '1Password', actor_id: null })
    const [mails] = await asSuperuser(
      `SELECT count(*)::int AS count FROM graphile_worker._private_jobs WHERE payload->>'to' = $1 AND payload->>'template' = 'factors-changed'`,
      [scope.user.email],
    )
    expect(mails).toEqual({ count: 2 }) // added, and this
  })

  // ASVS 16.5.3
  test('fails with the database’s error, even while recording a copy', async () => {
    const { authenticator, scope } = await withPasskey()
    const response = authenticator.use(await signInOptions(), scope.user.id)
    await without('DELETE', 'passkey_challenges', () => expect(find(response)).rejects.toThrow(/permission denied/))
    const use = await find(response)
    await withUser(scope.user.id, async (tx) => expect(use && (await claimPasskey(tx, use))).toBe(true))
    authenticator.counter -= 1 // an earlier copy
    const copied = authenticator.use(await signInOptions(), scope.user.id)
    await without('INSERT', 'audit_events', () => expect(find(copied)).rejects.toThrow(/permission denied/))
  })

  // ASVS 15.4.2
  test('succeeds once if one use is claimed 50 times in parallel', async () => {
    const { authenticator, scope } = await withPasskey()
    const use = await find(authenticator.use(await signInOptions(), scope.user.id))
    if (!use) throw new Error('refused')
    const claims = await Promise.all(
      Array.from({ length: 50 }, () => withUser(scope.user.id, (tx) => claimPasskey(tx, use)).catch(() => false)),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
  })
})

describe('a passkey as the second factor', () => {
  test('completes a password sign-in, even without user verification, and only in its own session', async () => {
    const { authenticator, scope } = await withPasskey()
    authenticator.isVerifying = false
    const [one, other] = [
      await startSession(scope.user.id, { remembered: false, request: REQUEST }),
      await startSession(scope.user.id, { remembered: false, request: REQUEST }),
    ]
    expect([(await sessionOf(one, null))?.isPending, await scopeOf(other, null)]).toEqual([true, null])
    const optionsFor = async (id: string) =>
      unwrap(await passkeyOptions({ purpose: 'verify', deviceId: DEVICE, claim: await claimOf(id) })).options
    const options = await optionsFor(one)
    expect(JSON.parse(options).allowCredentials).toEqual([expect.objectContaining({ id: authenticator.id })])
    const verify = async (id: string, response: string) =>
      verifyPasskey(await claimOf(id), { response }, { request: REQUEST, deviceId: DEVICE })
    expect(await verify(other, authenticator.use(options, scope.user.id))).toEqual(REFUSED)
    const verified = unwrap(await verify(one, authenticator.use(await optionsFor(one), scope.user.id)))
    expect(await scopeOf(verified.sessionId, null)).not.toBeNull()
    expect((await sessionOf(other, null))?.isPending).toBe(true)
  })

  test('is refused if it is another user’s', async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()]
    const sessionId = await startSession(mine.scope.user.id, { remembered: false, request: REQUEST })
    const { options } = unwrap(await passkeyOptions({ purpose: 'verify', deviceId: DEVICE, claim: await claimOf(sessionId) }))
    const response = theirs.authenticator.use(options, theirs.scope.user.id)
    expect(await verifyPasskey(await claimOf(sessionId), { response }, { request: REQUEST, deviceId: DEVICE })).toEqual(REFUSED)
  })
})

describe('removing and renaming a passkey', () => {
  test('is possible only for its user', async () => {
    const [{ scope }, stranger] = [await withPasskey(), await withPasskey()]
    const [{ id = '' } = {}] = (await readFactors(scope)).passkeys
    expect(await removeFactor(stranger.scope, { kind: 'passkey', id }, REQUEST)).toEqual({ status: 'conflict', message: 'factor-missing' })
    expect(await renameFactor(stranger.scope, { kind: 'passkey', id, name: 'x' }, REQUEST)).toEqual({
      status: 'conflict',
      message: 'factor-missing',
    })
    expect((await renameFactor(scope, { kind: 'passkey', id, name: 'My phone' }, REQUEST)).status).toBe('ok')
    expect((await readFactors(scope)).passkeys[0]?.name).toBe('My phone')
  })

  test('is refused for the last way to sign in', async () => {
    const { scope } = await withPasskey() // without a password
    const unconfirmed = { ...scope, user: { ...scope.user, emailVerified: null } }
    const [{ id = '' } = {}] = (await readFactors(scope)).passkeys
    expect(await removeFactor(unconfirmed, { kind: 'passkey', id }, REQUEST)).toEqual({
      status: 'conflict',
      message: 'last-way-to-sign-in',
    })
    expect((await removeFactor(scope, { kind: 'passkey', id }, REQUEST)).status).toBe('ok')
    expect((await readFactors(scope)).recoveryCodes).toBe(0)
  })

  // ASVS 6.4.3
  test('requires that the session has verified a factor', async () => {
    const { scope } = await withPasskey()
    const [{ id = '' } = {}] = (await readFactors(scope)).passkeys
    const unverified = { ...scope, session: { ...scope.session, proofs: [] } }
    expect(await removeFactor(unverified, { kind: 'passkey', id }, REQUEST)).toEqual({
      status: 'conflict',
      message: 'factor-proof-missing',
    })
    expect(await newPasskeyOptions(unverified, DEVICE)).toEqual({ status: 'conflict', message: 'factor-proof-missing' })
  })
})
