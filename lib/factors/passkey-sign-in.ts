import 'server-only'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { recordEvent } from '@/lib/audit/audit'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, forbidden, type Outcome, ok } from '@/lib/outcome'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { SessionClaim } from '@/lib/scope'
import { originOf } from '@/lib/sessions/device-name'
import { renewSession } from '@/lib/sessions/renewal'
import { lockSessions, type SessionId } from '@/lib/sessions/sessions'
import { type Challenger, consumeChallengeIn, newChallenge } from './passkey-challenges'
import { relyingParty, webAuthn } from './relying-party'
import { CHALLENGE_LIFETIME_MS, parseJson } from './schema'

// Signing in with a passkey, and verifying one after the password or a password reset link. A passkey that signs in counts as two
// factors, because the authenticator verifies its user.

/**
 * Returns what the browser needs to use a passkey. At sign-in, the browser
 * offers every passkey it has for this site, so the options reveal nothing about any user. As a second factor, they name the user's own.
 */
export async function passkeyOptions(challenger: Challenger): Promise<Outcome<{ options: string }>> {
  const challenge = await newChallenge(challenger)
  if (!challenge) return forbidden
  const own = 'claim' in challenger ? await findOwn(challenger.claim.user.id) : []
  const { generateAuthenticationOptions } = await webAuthn()
  const options = await generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: CHALLENGE_LIFETIME_MS,
    userVerification: 'claim' in challenger ? 'preferred' : 'required',
    allowCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
  })
  return ok({ options: JSON.stringify(options) })
}

function findOwn(userId: string) {
  return database().passkey.findMany({ where: { userId }, select: { credentialId: true, transports: true } })
}

/** A use of a passkey that was found valid. {@link claimPasskey} completes it. */
export type PasskeyUse = { userId: string; id: string; counter: number; isBackedUp: boolean; userVerified: boolean }

/**
 * Finds whose passkey answered a challenge.
 * @param response what the browser answered, as JSON
 * @returns null if it is not the answer of a known passkey to a challenge of this browser and purpose. A passkey whose counter
 *   did not advance may be a copy: it is refused, recorded, and emailed
 */
export async function findPasskeyUse(response: string, challenger: Challenger, request: RequestInfo): Promise<PasskeyUse | null> {
  const parsed = parseJson<AuthenticationResponseJSON>(response)
  const passkey =
    parsed && typeof parsed.id === 'string' ? await database().passkey.findUnique({ where: { credentialId: parsed.id } }) : null
  if (!parsed || !passkey || !isOwnedBy(parsed, passkey.userId, challenger)) return null
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty()
  const { verifyAuthenticationResponse } = await webAuthn()
  const expectedChallenge = await consumeChallengeIn(parsed, challenger)
  if (!expectedChallenge) return null
  const verification = await verifyAuthenticationResponse({
    response: parsed,
    expectedChallenge,
    expectedOrigin,
    expectedRPID,
    requireUserVerification: !('claim' in challenger),
    // The counter is compared below, so that a copy of the passkey is not taken for a malformed answer.
    credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
  }).catch(() => null) // malformed or forged
  if (!verification?.verified) return null
  const { newCounter, credentialBackedUp: isBackedUp, userVerified } = verification.authenticationInfo
  const use = { userId: passkey.userId, id: passkey.id, counter: newCounter, isBackedUp, userVerified }
  if (hasAdvanced(Number(passkey.counter), newCounter)) return use
  await reportCopy(passkey, request)
  return null
}

/** At sign-in, the passkey identifies the user. As a second factor, it must belong to them. */
function isOwnedBy({ response }: AuthenticationResponseJSON, userId: string, challenger: Challenger): boolean {
  if ('claim' in challenger) return challenger.claim.user.id === userId
  return response?.userHandle === Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
}

/** An authenticator without a counter always sends 0. */
function hasAdvanced(stored: number, counter: number): boolean {
  return counter > stored || (counter === 0 && stored === 0)
}

/** Stores the counter of a use, in one guarded statement. @returns false if another use came first, or the passkey was removed */
export async function claimPasskey(tx: Tx, { userId, id, counter, isBackedUp }: PasskeyUse): Promise<boolean> {
  const claimed = await tx.$executeRaw`
    UPDATE passkeys SET counter = ${counter}, is_backed_up = ${isBackedUp}, last_used_at = now()
     WHERE user_id = ${userId}::uuid AND id = ${id}::uuid AND (counter < ${counter} OR (counter = 0 AND ${counter} = 0))`
  return claimed === 1
}

async function reportCopy(passkey: { userId: string; name: string }, request: RequestInfo): Promise<void> {
  const { userId, name } = passkey
  await withUser(userId, async (tx) => {
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } })
    await recordEvent(tx, { kind: 'user.passkey-copied', userId, actorId: null, target: name, request })
    const props = { change: 'passkey-copied' as const, ...originOf(request), url: `${env().APP_URL}/private/settings/security` }
    await queueMail(tx, [{ to: user.email, template: 'factors-changed', props }])
  })
}

/**
 * Verifies a passkey as the second factor of a session. The session gets a new id.
 * @returns the new id, for the cookie; `conflict` if the passkey was refused; `forbidden` if the session has ended
 */
export async function verifyPasskey(
  claim: SessionClaim['claim'],
  { response }: { response: string },
  { request, deviceId }: { request: RequestInfo; deviceId: string },
): Promise<Outcome<{ sessionId: SessionId }>> {
  const use = await findPasskeyUse(response, { purpose: 'verify', deviceId, claim }, request)
  if (!use) return conflict('passkey-refused')
  const { user } = claim
  return withUser(user.id, async (tx) => {
    await lockSessions(tx, user.id)
    if (!(await claimPasskey(tx, use))) return conflict('passkey-refused')
    const proof = { method: 'passkey' as const, detail: { userVerified: use.userVerified } }
    const sessionId = await renewSession(tx, claim, proof, request)
    if (!sessionId) return forbidden
    await recordEvent(tx, { kind: 'session.verified', userId: user.id, actorId: user.id, details: { method: 'passkey' }, request })
    return ok({ sessionId })
  })
}
