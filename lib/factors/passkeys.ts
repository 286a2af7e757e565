import 'server-only'
import { generateRegistrationOptions, type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, forbidden, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { rows } from '@/lib/platform/rows'
import { recordProof } from '@/lib/proofs/proofs'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { authenticatorName } from './aaguids'
import { forgetBrowsers } from './browsers'
import { beginChange, reportChange } from './changes'
import { hasFactor } from './list'
import { consumeChallenge, newChallenge } from './passkey-challenges'
import { makeRecoveryCodes, removeRecoveryCodes } from './recovery-codes'
import { relyingParty } from './relying-party'
import { CHALLENGE_LIFETIME_MS, PASSKEYS_MAX, parseJson } from './schema'

// A user's passkeys: adding, naming, and removing them. lib/factors/passkey-sign-in.ts uses them.

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
  if (existing.length >= PASSKEYS_MAX) return conflict('passkeys-full')
  const challenge = await newChallenge({ purpose: 'add', deviceId, claim: scope })
  if (!challenge) return forbidden
  const { id, name } = relyingParty()
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
 * Adds the passkey that the browser created. The session has then proved it; the user's other sessions must prove a factor at
 * their next request. A user without recovery codes gets some.
 * @param response what the browser answered, as JSON
 * @returns whether new recovery codes were made; `conflict` if the response is not for a challenge of this session and browser
 */
export async function addPasskey(
  scope: UserScope,
  { response }: { response: string },
  { request, deviceId }: { request: RequestInfo; deviceId: string },
): Promise<Outcome<{ hasNewCodes: boolean }>> {
  const { user, session } = scope
  const created = await verifyCreated(scope, response, deviceId)
  if (!created) return conflict('passkey-refused')
  return withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    if ((await tx.passkey.count({ where: { userId: user.id } })) >= PASSKEYS_MAX) return conflict('passkeys-full')
    if (await tx.passkey.findUnique({ where: { credentialId: created.credentialId }, select: { id: true } }))
      return conflict('passkey-refused')
    await tx.passkey.createMany({ data: [{ ...created, userId: user.id, id: uuidv7() }] })
    await recordProof(tx, hashSessionId(session.id), { method: 'passkey', detail: { userVerified: true } })
    await forgetBrowsers(tx, user.id)
    await reportChange(tx, scope, 'passkey-added', request, created.name)
    const hasNewCodes = (await tx.recoveryCode.count({ where: { userId: user.id } })) === 0
    if (hasNewCodes) await makeRecoveryCodes(tx, user.id, change.handle)
    return ok({ hasNewCodes })
  })
}

async function verifyCreated(scope: UserScope, response: string, deviceId: string) {
  const parsed = parseJson<RegistrationResponseJSON>(response)
  if (!parsed) return null
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: parsed,
      expectedChallenge: (challenge) => consumeChallenge(challenge, { purpose: 'add', deviceId, claim: scope }),
      expectedOrigin,
      expectedRPID,
      requireUserVerification: true,
    })
    if (!verified) return null
    const { aaguid, credential, credentialDeviceType, credentialBackedUp } = registrationInfo
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
  } catch {
    return null // malformed or forged
  }
}

/** Renames a passkey. @returns `conflict` if the user has no such passkey */
export function renamePasskey(scope: UserScope, { id, name }: { id: string; name: string }, request: RequestInfo): Promise<Outcome<null>> {
  const { user } = scope
  return withUser(user.id, async (tx) => {
    const { count } = await tx.passkey.updateMany({ where: { userId: user.id, id }, data: { name } })
    if (!count) return conflict('passkey-missing')
    await recordEvent(tx, { kind: 'user.passkey-renamed', userId: user.id, actorId: user.id, target: name, request })
    return ok(null)
  })
}

/**
 * Removes a passkey. Proofs with passkeys no longer count in other sessions. Without a factor, the recovery codes end too.
 * @returns `conflict` if the user has no such passkey, or no other way to sign in
 */
export function removePasskey(scope: UserScope, { id }: { id: string }, request: RequestInfo): Promise<Outcome<null>> {
  const { user, session } = scope
  return withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    const passkey = await tx.passkey.findUnique({ where: { userId_id: { userId: user.id, id } }, select: { name: true } })
    if (!passkey) return conflict('passkey-missing')
    if ((await tx.passkey.count({ where: { userId: user.id } })) === 1 && !(await hasOtherSignIn(tx, scope)))
      return conflict('last-way-to-sign-in')
    await tx.passkey.deleteMany({ where: { userId: user.id, id } })
    await tx.sessionProof.deleteMany({
      where: { method: 'passkey', session: { userId: user.id }, sessionHash: { not: hashSessionId(session.id) } },
    })
    if (!(await hasFactor(tx, user.id))) await removeRecoveryCodes(tx, user.id)
    await forgetBrowsers(tx, user.id)
    await reportChange(tx, scope, 'passkey-removed', request, passkey.name)
    return ok(null)
  })
}

/** Returns whether the user can sign in without a passkey: with a password, or a link to their confirmed email. */
async function hasOtherSignIn(tx: Tx, { user }: UserScope): Promise<boolean> {
  if (user.emailVerified && env().EMAIL_SIGN_IN === 'on') return true
  const [found] = await rows(tx, z.object({ isEmpty: z.boolean().nullable() }), Prisma.sql`SELECT lock_password_hash(NULL) AS "isEmpty"`)
  return found?.isEmpty === false
}
