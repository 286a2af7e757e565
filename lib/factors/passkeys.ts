import 'server-only'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { v7 as uuidv7 } from 'uuid'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { message } from '@/lib/messages'
import { conflict, forbidden, type Outcome, ok } from '@/lib/outcome'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { authenticatorName } from './aaguids'
import { finishAdding } from './adding'
import { beginChange } from './changes'
import { consumeChallengeIn, newChallenge } from './passkey-challenges'
import { relyingParty, webAuthn } from './relying-party'
import { CHALLENGE_LIFETIME_MS, PASSKEYS_MAX, parseJson } from './schema'

// Adding a passkey. lib/factors/passkey-sign-in.ts uses it, and lib/factors/removal.ts renames and removes it.

/**
 * Returns what the browser needs to create a passkey.
 * @param deviceId of the browser, the only one that can finish
 */
export async function newPasskeyOptions(scope: UserScope, deviceId: string): Promise<Outcome<{ options: string }>> {
  const { user } = scope
  if (!scope.session.hasRecentAuth) return conflict('passkey-start-again')
  const existing = await withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    return 'status' in change
      ? change
      : tx.passkey.findMany({ where: { userId: user.id }, select: { credentialId: true, transports: true } })
  })
  if ('status' in existing) return existing
  if (existing.length >= PASSKEYS_MAX) return conflict(message('passkeys-full', { max: PASSKEYS_MAX }))
  const challenge = await newChallenge({ purpose: 'add', deviceId, claim: scope })
  if (!challenge) return forbidden
  const { id, name } = relyingParty()
  const { generateRegistrationOptions } = await webAuthn()
  const options = await generateRegistrationOptions({
    rpID: id,
    rpName: name,
    userID: new Uint8Array(Buffer.from(user.id.replaceAll('-', ''), 'hex')),
    userName: user.email,
    userDisplayName: user.name ?? user.email,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: CHALLENGE_LIFETIME_MS,
    attestationType: 'none',
    excludeCredentials: existing.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return ok({ options: JSON.stringify(options) })
}

/**
 * Adds the passkey that the browser created.
 * @param response what the browser answered, as JSON
 * @returns whether new recovery codes were generated; `conflict` if the response is not for a challenge of this session and
 *   browser
 */
export async function addPasskey(
  scope: UserScope,
  { response }: { response: string },
  { request, deviceId }: { request: RequestInfo; deviceId: string },
): Promise<Outcome<{ hasNewCodes: boolean }>> {
  const { user } = scope
  await consumeLimit('factor-change', { userId: user.id })
  const created = await verifyCreated(scope, response, deviceId)
  if (!created) return conflict('passkey-refused')
  return withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    if ((await tx.passkey.count({ where: { userId: user.id } })) >= PASSKEYS_MAX)
      return conflict(message('passkeys-full', { max: PASSKEYS_MAX }))
    if (await tx.passkey.findUnique({ where: { credentialId: created.credentialId }, select: { id: true } }))
      return conflict('passkey-refused')
    await tx.passkey.createMany({ data: [{ ...created, userId: user.id, id: uuidv7() }] })
    const proof = { method: 'passkey' as const, detail: { userVerified: true } }
    return ok(await finishAdding(tx, scope, { ...change, proof, change: 'passkey-added', request, name: created.name }))
  })
}

async function verifyCreated(scope: UserScope, response: string, deviceId: string) {
  const parsed = parseJson<RegistrationResponseJSON>(response)
  if (!parsed) return null
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty()
  const { verifyRegistrationResponse } = await webAuthn()
  const expectedChallenge = await consumeChallengeIn(parsed, { purpose: 'add', deviceId, claim: scope })
  if (!expectedChallenge) return null
  const verification = await verifyRegistrationResponse({
    response: parsed,
    expectedChallenge,
    expectedOrigin,
    expectedRPID,
    requireUserVerification: true,
  }).catch(() => null) // malformed or forged
  if (!verification?.verified) return null
  const { aaguid, credential, credentialDeviceType, credentialBackedUp } = verification.registrationInfo
  return {
    credentialId: credential.id,
    publicKey: new Uint8Array(credential.publicKey),
    counter: BigInt(credential.counter),
    transports: credential.transports ?? [],
    name: authenticatorName(aaguid),
    aaguid,
    isBackupEligible: credentialDeviceType === 'multiDevice',
    isBackedUp: credentialBackedUp,
  }
}
