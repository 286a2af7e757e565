import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { createAccount, isNameFree } from '@/lib/accounts/accounts'
import { ACCOUNT_NAME_TAKEN, EMAIL_TAKEN, type Registration } from '@/lib/accounts/schema'
import { type Result, refuse } from '@/lib/form'
import { spend } from '@/lib/http/limits/limits'
import { linkWithCallback } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { comparePassword, hashPassword } from '@/lib/password/password'
import { PASSWORD_MISSING } from '@/lib/password/schema'
import { findWeakness } from '@/lib/password/weakness'
import { database } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { hashDeviceId } from '@/lib/sessions/devices'
import { findToken, hashToken, issueTokens, spendToken, voidTokensTo } from '@/lib/tokens/tokens'
import { markEmailVerified } from '@/lib/users/users'
import { INVITATION_NEEDED, NOT_THE_PASSWORD_CHOSEN, REGISTRATION_DEAD, REGISTRATION_LIFETIME_MS } from './schema'

/**
 * Takes a registration down, and mails the link that finishes it. Nothing is created, and no name is kept: until the
 * address is proven, whoever typed this is nobody. A taken address is answered alike, hashing included, and gets another
 * mail; what is written is written `defer`, when the answer is out (ASVS 6.3.8).
 * @param deviceId of the browser that it is typed in
 * @param callbackUrl a safe path, where one wanted to go; the link keeps it
 * @returns null; refused on `password` when it is a weak one, on `accountName` when taken
 * @throws RateLimited when it was asked for too often; HashingBusy when too many are signing in
 */
export async function askToRegister(
  { accountName, email, password }: Registration,
  { deviceId, callbackUrl, defer }: { deviceId: string; callbackUrl: string; defer: (work: () => Promise<void>) => void },
): Promise<Result<null>> {
  const weakness = await findWeakness(password, { email, accountName })
  if (weakness) return refuse(weakness, 'password')
  if (!(await isNameFree(accountName))) return refuse(ACCOUNT_NAME_TAKEN, 'accountName')
  await spend('registration-mail', { email })
  const passwordHash = await hashPassword(password)
  defer(() => mailLink({ accountName, email, passwordHash, deviceHash: hashDeviceId(deviceId) }, callbackUrl))
  return { ok: true, value: null }
}

type Pending = { accountName: string; email: string; passwordHash: string; deviceHash: Uint8Array<ArrayBuffer> }

function mailLink({ accountName, email, passwordHash, deviceHash }: Pending, callbackUrl: string): Promise<void> {
  return database().$transaction(async (tx) => {
    // One at a time for an address: of two at once, the second is to find the first one's link, and void it.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`registration ${email}`}, 0))`
    if (await tx.user.count({ where: { email } }))
      return queueMail(tx, [
        { to: email, template: 'already-registered', props: { url: `${env().APP_URL}${linkWithCallback('/login', callbackUrl)}` } },
      ])
    await voidTokensTo(tx, 'registration', email)
    const [token = ''] = await issueTokens(tx, 'registration', REGISTRATION_LIFETIME_MS, [{ email }])
    await tx.registration.createMany({ data: [{ tokenHash: hashToken(token), accountName, passwordHash, deviceHash }] })
    const props = { accountName, url: `${env().APP_URL}${linkWithCallback(`/verify-email/${token}`, callbackUrl)}` }
    await queueMail(tx, [{ to: email, template: 'finish-registration', props }])
  })
}

/**
 * Looks at the registration behind a link, and changes nothing.
 * @param deviceId of the browser that the link is opened in
 * @returns it, and whether it was typed in that browser; null when it cannot be used
 */
export async function findRegistration(
  token: string,
  deviceId: string | undefined,
): Promise<{ email: string; accountName: string; isOwn: boolean } | null> {
  const pending = await findPending(token)
  return pending && { email: pending.email, accountName: pending.accountName, isOwn: isTypedIn(pending, deviceId) }
}

function isTypedIn({ deviceHash }: Pending, deviceId: string | undefined): boolean {
  return deviceId !== undefined && Buffer.compare(deviceHash, hashDeviceId(deviceId)) === 0
}

/**
 * Creates the person, proven, and the account they own, by the link from the mail: one transaction, the link's end and
 * the audit row included. The newest link alone is good, and anyone can have one sent to any address: so whoever opens it in
 * another browser than it was asked for in gives the password that was chosen, or they would finish what a stranger began,
 * with the stranger's password.
 * @param accountName as it is wanted by now
 * @param password the one that was chosen; not asked for in the browser of `deviceId` when it was typed there
 * @returns the new user's id; refused on `accountName` when taken, on `password` when it is not that, else when the link cannot be used, the address was
 * registered another way meanwhile, or it takes an invitation by now
 */
export async function finishRegistration(
  token: string,
  { accountName, password }: { accountName: string; password?: string | undefined },
  { request, deviceId }: { request: RequestInfo; deviceId: string | undefined },
): Promise<Result<{ userId: string }>> {
  if (env().SIGN_UP === 'invite') return refuse(INVITATION_NEEDED)
  const pending = await findPending(token)
  if (!pending) return refuse(REGISTRATION_DEAD)
  const { email, passwordHash } = pending
  if (!isTypedIn(pending, deviceId)) {
    if (!password) return refuse(PASSWORD_MISSING, 'password')
    if (!(await comparePassword(password, passwordHash)).correct) return refuse(NOT_THE_PASSWORD_CHOSEN, 'password')
  }
  const userId = uuidv7()
  const creating = createAccount(
    accountName,
    { create: { id: userId, email, passwordHash } },
    { actorId: userId, kind: 'user.registered', request },
    async (tx) => {
      if (!(await spendToken(tx, 'registration', token))) throw new LinkSpent()
      await markEmailVerified(tx, userId)
    },
  )
  try {
    const created = await creating
    if (created.ok) return { ok: true, value: { userId } }
    if (!(await findPending(token))) return refuse(REGISTRATION_DEAD) // pressed twice: what is taken was taken by the first press
    return created.refusal.field === 'email' ? refuse(`${EMAIL_TAKEN} Sign in with it.`) : created
  } catch (error) {
    if (error instanceof LinkSpent) return refuse(REGISTRATION_DEAD)
    throw error
  }
}

/** Thrown inside the transaction so that nothing of it remains. */
class LinkSpent extends Error {}

async function findPending(token: string): Promise<Pending | null> {
  const proof = await findToken('registration', token)
  const found = proof && (await database().registration.findUnique({ where: { tokenHash: hashToken(token) } }))
  if (!found) return null
  const { accountName, passwordHash, deviceHash } = found
  return { email: proof.email, accountName, passwordHash, deviceHash }
}
