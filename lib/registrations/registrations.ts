import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { createAccount, isNameFree } from '@/lib/accounts/accounts'
import { ACCOUNT_NAME_TAKEN, EMAIL_TAKEN, type Registration } from '@/lib/accounts/schema'
import type { Client } from '@/lib/client'
import { database } from '@/lib/db'
import { env } from '@/lib/env'
import { type Result, refuse } from '@/lib/form'
import { queueMail } from '@/lib/mail/mail'
import { hashPassword } from '@/lib/password/password'
import { findWeakness } from '@/lib/password/weakness'
import { findToken, hashToken, issueTokens, spendToken, voidTokensTo } from '@/lib/tokens/tokens'
import { markEmailVerified } from '@/lib/users/users'
import { INVITATION_NEEDED, REGISTRATION_DEAD, REGISTRATION_LIFETIME_MS } from './schema'

/**
 * Takes a registration down, and mails the link that finishes it. Nothing is created, and no name is kept: until the
 * address is proven, whoever typed this is nobody. A taken address is answered alike, hashing included, and gets another
 * mail; what is written is written `afterwards`, when the answer is out (ASVS 6.3.8).
 * @returns null; refused on `password` when it is a weak one, on `accountName` when taken
 * @throws HashingBusy when too many are signing in
 */
export async function askToRegister(
  { accountName, email, password }: Registration,
  afterwards: (work: () => Promise<void>) => void,
): Promise<Result<null>> {
  const weakness = await findWeakness(password, { email, accountName })
  if (weakness) return refuse(weakness, 'password')
  if (!(await isNameFree(accountName))) return refuse(ACCOUNT_NAME_TAKEN, 'accountName')
  const passwordHash = await hashPassword(password)
  afterwards(() => mailLink({ accountName, email, passwordHash }))
  return { ok: true, value: null }
}

type Pending = { accountName: string; email: string; passwordHash: string }

function mailLink({ accountName, email, passwordHash }: Pending): Promise<void> {
  return database().$transaction(async (tx) => {
    // One at a time for an address: of two at once, the second is to find the first one's link, and void it.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`registration ${email}`}, 0))`
    if (await tx.user.count({ where: { email } }))
      return queueMail(tx, [{ to: email, template: 'already-registered', props: { url: `${env().APP_URL}/login` } }])
    await voidTokensTo(tx, 'registration', email)
    const [token = ''] = await issueTokens(tx, 'registration', REGISTRATION_LIFETIME_MS, [{ email }])
    await tx.registration.createMany({ data: [{ tokenHash: hashToken(token), accountName, passwordHash }] })
    const props = { accountName, url: `${env().APP_URL}/verify-email/${token}` }
    await queueMail(tx, [{ to: email, template: 'finish-registration', props }])
  })
}

/** Looks at the registration behind a link, and changes nothing. @returns null when it cannot be used */
export async function findRegistration(token: string): Promise<{ email: string; accountName: string } | null> {
  const pending = await findPending(token)
  return pending && { email: pending.email, accountName: pending.accountName }
}

/**
 * Creates the person, proven, and the account they own, by the link from the mail: one transaction, the link's end and
 * the audit row included.
 * @param accountName as it is wanted by now
 * @returns the new user's id; refused on `accountName` when taken, else when the link cannot be used, the address was
 * registered another way meanwhile, or it takes an invitation by now
 */
export async function finishRegistration(
  token: string,
  { accountName }: { accountName: string },
  client: Client,
): Promise<Result<{ userId: string }>> {
  if (env().SIGN_UP === 'invite') return refuse(INVITATION_NEEDED)
  const pending = await findPending(token)
  if (!pending) return refuse(REGISTRATION_DEAD)
  const { email, passwordHash } = pending
  const userId = uuidv7()
  const creating = createAccount(
    accountName,
    { create: { id: userId, email, passwordHash } },
    { actorId: userId, kind: 'user.registered', client },
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
  return found && { email: proof.email, accountName: found.accountName, passwordHash: found.passwordHash }
}
