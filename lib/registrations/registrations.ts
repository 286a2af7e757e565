import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { createAccount } from '@/lib/accounts/accounts'
import { isAccountNameTaken } from '@/lib/accounts/name-taken'
import type { Registration } from '@/lib/accounts/schema'
import { Prisma } from '@/lib/generated/prisma/client'
import { countAttempt } from '@/lib/http/limits/in-transaction'
import { consumeLimit } from '@/lib/http/limits/limits'
import { linkWithCallback, pagePath } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, invalid, type Outcome, ok } from '@/lib/outcome'
import { comparePassword, hashPassword } from '@/lib/password/password'
import { findWeakness } from '@/lib/password/weakness'
import { database } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueLimitedMail, queueMail } from '@/lib/platform/mail/mail'
import { readWithoutContext } from '@/lib/platform/read'
import { hashDeviceId } from '@/lib/sessions/devices'
import { consumeToken, findToken, hashToken, issueTokens, voidTokensTo } from '@/lib/tokens/tokens'
import { markEmailVerified } from '@/lib/users/users'
import { REGISTRATION_LIFETIME_MS } from './schema'

/**
 * Stores a registration and emails the link that finishes it. It creates no user and reserves no name. Earlier registrations
 * with the same email stay valid: a stranger may have requested this one. A registered email gets another email and the same
 * response, hashing included. `defer` runs all writes after the response (ASVS 6.3.8).
 * @param deviceId of the current browser
 * @param callbackUrl a safe path to go to afterward, which the link contains
 * @returns null; `invalid` if the password is weak or the account name is taken
 * @throws RateLimited after too many requests; HashingBusy if the hashing queue is full
 */
export async function requestRegistration(
  { accountName, name, email, password }: Registration,
  {
    request,
    deviceId,
    callbackUrl,
    defer,
  }: { request: RequestInfo; deviceId: string; callbackUrl: string; defer: (work: () => Promise<void>) => void },
): Promise<Outcome<null>> {
  const [weakness, isNameTaken] = await Promise.all([
    findWeakness(password, { email, name, accountNames: [accountName] }),
    isAccountNameTaken(accountName),
  ])
  if (weakness || isNameTaken)
    return invalid({ ...(isNameTaken && { accountName: 'account-name-taken' }), ...(weakness && { password: weakness }) })
  await consumeLimit('registration-mail', { request, email })
  const passwordHash = await hashPassword(password, request)
  defer(() => emailLink({ accountName, name: name || null, email, passwordHash, deviceHash: hashDeviceId(deviceId) }, callbackUrl))
  return ok(null)
}

const pendingRow = z.object({
  accountName: z.string(),
  name: z.string().nullable(),
  passwordHash: z.string(),
  deviceHash: z.instanceof(Uint8Array<ArrayBuffer>),
})
type Pending = z.output<typeof pendingRow> & { email: string }

function emailLink({ accountName, name, email, passwordHash, deviceHash }: Pending, callbackUrl: string): Promise<void> {
  return database().$transaction(async (tx) => {
    if (await tx.user.count({ where: { email } })) {
      const count = countAttempt('notice-mail', { email, content: 'already-registered' })
      const props = { url: `${env().APP_URL}${linkWithCallback('/login', callbackUrl)}` }
      return queueLimitedMail(tx, count, { to: email, template: 'already-registered', props })
    }
    const [token = ''] = await issueTokens(tx, 'registration', REGISTRATION_LIFETIME_MS, [{ email }])
    await tx.registration.createMany({ data: [{ tokenHash: hashToken(token), accountName, name, passwordHash, deviceHash }] })
    const props = { accountName, url: `${env().APP_URL}${linkWithCallback(pagePath('/verify-email/[token]', token), callbackUrl)}` }
    await queueMail(tx, [{ to: email, template: 'finish-registration', props }])
  })
}

/**
 * Reads the registration behind a link, and whether this browser requested it.
 * @param deviceId of the browser that opened the link
 * @returns null if the link can't be used
 */
export async function findRegistration(
  token: string,
  deviceId: string | undefined,
): Promise<{ email: string; accountName: string; isOwn: boolean } | null> {
  const pending = await findPending(token)
  return pending && { email: pending.email, accountName: pending.accountName, isOwn: isSameBrowser(pending, deviceId) }
}

function isSameBrowser({ deviceHash }: Pending, deviceId: string | undefined): boolean {
  return deviceId !== undefined && Buffer.compare(deviceHash, hashDeviceId(deviceId)) === 0
}

/**
 * Creates the user, with a verified email, and the account they own, by the emailed link. One transaction consumes the link,
 * ends all other registrations with the email, and records the audit event. Anyone can request a link for any email, so any
 * other browser must enter the chosen password. Otherwise a user could finish an attacker's registration.
 * @param accountName may differ from the requested one
 * @param password the chosen one; not needed in the browser that requested the link
 * @returns the new user's id; `invalid` if the account name is taken or the password is wrong; `conflict` if the link can't be
 *   used, the email has been registered since, or SIGN_UP is now `invite`
 */
export async function finishRegistration(
  token: string,
  { accountName, password }: { accountName: string; password?: string | undefined },
  { request, deviceId }: { request: RequestInfo; deviceId: string | undefined },
): Promise<Outcome<{ userId: string }>> {
  if (env().SIGN_UP === 'invite') return conflict('registration-invitation-only')
  const pending = await findPending(token)
  if (!pending) return conflict('registration-expired')
  const { email, name, passwordHash } = pending
  if (!isSameBrowser(pending, deviceId)) {
    if (!password) return invalid({ password: 'password-missing' })
    if (!(await comparePassword(password, passwordHash, request)).correct) return invalid({ password: 'registration-password-incorrect' })
  }
  const userId = uuidv7()
  const created = await createAccount(
    accountName,
    { create: { id: userId, email, name, passwordHash } },
    { actorId: userId, kind: 'user.registered', request },
    async (tx) => {
      if (!(await consumeToken(tx, 'registration', token))) return conflict('registration-expired')
      await voidTokensTo(tx, 'registration', email)
      await markEmailVerified(tx, userId)
      return null
    },
  )
  if (created.status === 'ok') return ok({ userId })
  if (!(await findPending(token))) return conflict('registration-expired') // a double click: the first request took the name
  return created.status === 'invalid' && created.fields.email ? conflict('email-taken-sign-in') : created
}

async function findPending(token: string): Promise<Pending | null> {
  const proof = await findToken('registration', token)
  if (!proof) return null
  const [found] = await readWithoutContext(
    pendingRow,
    Prisma.sql`
    SELECT account_name AS "accountName", name, device_hash AS "deviceHash", find_registration_password_hash(${token}) AS "passwordHash"
      FROM registrations WHERE token_hash = ${hashToken(token)}`,
  )
  return found ? { email: proof.email, ...found } : null
}
