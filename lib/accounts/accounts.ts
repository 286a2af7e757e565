import 'server-only'
import { randomInt } from 'node:crypto'
import anyAscii from 'any-ascii'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { hashPassword } from '@/lib/password/password'
import { findWeakness } from '@/lib/password/weakness'
import { type Tx, withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import type { UserScope } from '@/lib/scope'
import { foldText } from '@/lib/text'
import { isEmailReserved } from '@/lib/tokens/tokens'
import { sendVerification } from '@/lib/users/verification'
import { ACCOUNT_NAME_TAKEN, EMAIL_TAKEN, type Registration } from './schema'

const SLUG_MAX_LENGTH = 48
const SLUG_TRIES = 5
const SLUG_SUFFIX_LENGTH = 5
const RESERVED_SLUGS = new Set(['new']) // paths beside /private/accounts/[slug]

/**
 * Registers a person and the account they own: one nested write in one transaction, audit row and the mail that asks to
 * confirm the address included, so that none is ever without the others.
 * @returns the new user's id; refused on `password` when it is a weak one, on `email` or `accountName` when taken
 * @throws HashingBusy when too many are signing in
 */
export async function register({ accountName, email, password }: Registration, request: RequestInfo): Promise<Result<{ userId: string }>> {
  const weakness = await findWeakness(password, { email, accountName })
  if (weakness) return refuse(weakness, 'password')
  const passwordHash = await hashPassword(password)
  const userId = uuidv7()
  const creating = createAccount(
    accountName,
    { create: { id: userId, email, passwordHash } },
    { actorId: userId, kind: 'user.registered', request },
    async (tx) => {
      if (await isEmailReserved(tx, email)) throw new EmailHeld()
      await sendVerification(tx, { id: userId, email })
    },
  )
  try {
    const created = await creating
    return created.ok ? { ok: true, value: { userId } } : created
  } catch (error) {
    if (error instanceof EmailHeld) return refuse(EMAIL_TAKEN, 'email')
    throw error
  }
}

/** Whoever stole an account by changing its address must not register with the old one, or it could not be taken back. */
class EmailHeld extends Error {}

/** Creates a further account, owned by the user who asks. Refused on `accountName` when taken. */
export function createOwnAccount(
  scope: UserScope,
  { accountName }: { accountName: string },
  request: RequestInfo,
): Promise<Result<{ slug: string }>> {
  return createAccount(accountName, { connect: { id: scope.user.id } }, { actorId: scope.user.id, kind: 'account.created', request })
}

/**
 * Creates an account with its owner, in one transaction.
 * @param also what else belongs into it; when that throws, nothing of it remains
 * @returns refused on `email` or `accountName` when taken
 */
export async function createAccount(
  name: string,
  owner: Prisma.UserCreateNestedOneWithoutMembershipsInput,
  event: { actorId: string; kind: 'user.registered' | 'account.created'; request: RequestInfo },
  also: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<Result<{ slug: string }>> {
  for (let attempt = 0; attempt < SLUG_TRIES; attempt += 1) {
    const id = uuidv7()
    const slug = slugFor(name, attempt)
    try {
      await withAccount(id, async (tx) => {
        await tx.account.create({
          data: { id, name, nameKey: foldText(name), slug, memberships: { create: { role: 'OWNER', user: owner } } },
          select: { id: true },
        })
        await recordEvent(tx, { ...event, accountId: id, target: name })
        await also(tx)
      })
      return { ok: true, value: { slug } }
    } catch (error) {
      // Only the constraint knows what others have: row-level security hides it from us, and a look before the
      // write would be out of date by the time of the write.
      const constraint = violatedConstraint(error)
      if (constraint === 'users_email_key') return refuse(EMAIL_TAKEN, 'email')
      if (constraint === 'accounts_name_key_key') return refuse(ACCOUNT_NAME_TAKEN, 'accountName')
      if (constraint !== 'accounts_slug_key') throw error
    }
  }
  throw new Error(`No free slug after ${SLUG_TRIES} tries`)
}

/**
 * Whether nobody has an account of this name, deleted ones included. Row-level security hides the others' names, so it is
 * tried, and taken back: only the constraint knows.
 */
export async function isNameFree(name: string): Promise<boolean> {
  const id = uuidv7()
  try {
    return await withAccount(id, async (tx) => {
      await tx.account.create({ data: { id, name, nameKey: foldText(name), slug: id }, select: { id: true } })
      throw new OnlyTried()
    })
  } catch (error) {
    if (error instanceof OnlyTried) return true
    if (violatedConstraint(error) === 'accounts_name_key_key') return false
    throw error
  }
}

/** Thrown inside the transaction so that nothing of it remains. */
class OnlyTried extends Error {}

/** An address for the account: its name in ASCII, and from the second try on, something random behind it. */
function slugFor(name: string, attempt: number): string {
  const plain = anyAscii(name.replace(/['’]/g, ''))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX_LENGTH)
    .replace(/^-+|-+$/g, '')
  const base = plain || 'account'
  return attempt === 0 && !RESERVED_SLUGS.has(base) ? base : `${base}-${randomSuffix()}`
}

function randomSuffix(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz' // without those that read alike
  return Array.from({ length: SLUG_SUFFIX_LENGTH }, () => alphabet[randomInt(alphabet.length)]).join('')
}
