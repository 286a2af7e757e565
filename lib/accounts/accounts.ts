import 'server-only'
import { randomInt } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { countInTransaction } from '@/lib/http/limits/in-transaction'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import type { RequestInfo } from '@/lib/http/request-info'
import { message } from '@/lib/messages'
import { invalid, limitReached, type Outcome, ok, type Refusal } from '@/lib/outcome'
import { hashPassword } from '@/lib/password/password'
import { findWeakness } from '@/lib/password/weakness'
import { type Tx, withAccount } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { rows } from '@/lib/platform/rows'
import { CREATED_ACCOUNTS_MAX } from '@/lib/quotas'
import type { UserScope } from '@/lib/scope'
import { isEmailTaken } from '@/lib/users/users'
import { sendVerification } from '@/lib/users/verification'
import { accountNameKeys, isNameConstraint } from './name-keys'
import { isAccountNameTaken } from './name-taken'
import type { Registration } from './schema'

const SLUG_MAX_LENGTH = 48
const SLUG_TRIES = 5
const SLUG_SUFFIX_LENGTH = 5
const RESERVED_SLUGS = new Set(['new']) // static routes next to /private/accounts/[slug]

/**
 * Registers a user with an account that they own: one nested write in one transaction, which includes the audit event and
 * the verification email.
 * @returns the new user's id; `invalid` if the password is weak, or the email or account name is taken, with all of these
 * @throws HashingBusy if the hashing queue is full
 */
export async function register(
  { accountName, name, email, password }: Registration,
  request: RequestInfo,
): Promise<Outcome<{ userId: string }>> {
  const weakness = await findWeakness(password, { email, name, accountNames: [accountName] })
  if (weakness) return invalid({ ...(await findTaken({ accountName, email })), password: weakness })
  const passwordHash = await hashPassword(password, request)
  const userId = uuidv7()
  const created = await createAccount(
    accountName,
    { create: { id: userId, email, name: name || null, passwordHash } },
    { actorId: userId, kind: 'user.registered', request },
    async (tx) => {
      await sendVerification(tx, { id: userId, email })
      return null
    },
  )
  if (created.status === 'invalid') return invalid({ ...created.fields, ...(await findTaken({ accountName, email })) })
  return created.status === 'ok' ? ok({ userId }) : created
}

/** Returns a message for each of the two that is taken, so that the form reports both at once. */
async function findTaken({ accountName, email }: Pick<Registration, 'accountName' | 'email'>): Promise<Refused> {
  const [isNameTaken, isEmailUsed] = await Promise.all([isAccountNameTaken(accountName), isEmailTaken(email)])
  return { ...(isNameTaken ? NAME_TAKEN.fields : {}), ...(isEmailUsed ? EMAIL_TAKEN.fields : {}) }
}

/**
 * Creates another account, owned by the caller.
 * @returns its slug; `invalid` if the name is taken; `conflict` if they created too many
 * @throws RateLimited if they created too many in an hour
 */
export function createOwnAccount(
  scope: UserScope,
  { accountName }: { accountName: string },
  request: RequestInfo,
): Promise<Outcome<{ slug: string }>> {
  const { id: userId } = scope.user
  return createAccount(accountName, { connect: { id: userId } }, { actorId: userId, kind: 'account.created', request }, async (tx) => {
    // Counting locks the counter until the transaction ends, so parallel requests of the user see each other's accounts below.
    const { exceeded, retryAfterSeconds } = await countInTransaction(tx, 'account', [{ userId }])
    if (exceeded.length) throw new RateLimited('account', retryAfterSeconds)
    const [created] = await rows(tx, z.object({ count: z.int() }), Prisma.sql`SELECT count_created_accounts(${userId}::uuid)::int AS count`)
    if ((created?.count ?? 0) > CREATED_ACCOUNTS_MAX)
      return limitReached('accounts', message('accounts-full', { max: CREATED_ACCOUNTS_MAX }))
    return null
  })
}

const EMAIL_TAKEN = invalid({ email: 'email-taken' })
const NAME_TAKEN = invalid({ accountName: 'account-name-taken' })

type Refused = ReturnType<typeof invalid>['fields']

/**
 * Creates an account with its owner, in one transaction.
 * @param also runs in the same transaction, and may refuse
 * @returns the slug; `invalid` if the email or account name is taken; the refusal of `also`
 */
export async function createAccount(
  name: string,
  owner: Prisma.UserCreateNestedOneWithoutMembershipsInput,
  event: { actorId: string; kind: 'user.registered' | 'account.created'; request: RequestInfo },
  also: (tx: Tx) => Promise<Refusal | null> = async () => null,
): Promise<Outcome<{ slug: string }>> {
  for (let attempt = 0; attempt < SLUG_TRIES; attempt += 1) {
    const id = uuidv7()
    const slug = await slugFor(name, attempt)
    const creating = withAccount(id, async (tx): Promise<Outcome<{ slug: string }>> => {
      await tx.account.create({
        data: {
          id,
          name,
          ...accountNameKeys(name),
          slug,
          createdBy: event.actorId,
          memberships: { create: { role: 'OWNER', user: owner } },
        },
        select: { id: true },
      })
      await recordEvent(tx, { ...event, accountId: id, target: name })
      return (await also(tx)) ?? ok({ slug })
    })
    try {
      return await creating
    } catch (error) {
      // Row-level security hides other accounts, so only the unique constraints can report a conflict.
      const constraint = violatedConstraint(error)
      if (constraint === 'users_email_key') return EMAIL_TAKEN
      if (isNameConstraint(constraint)) return NAME_TAKEN
      if (constraint !== 'accounts_slug_key') throw error
    }
  }
  throw new Error(`No free slug after ${SLUG_TRIES} tries`)
}

/** Returns the account's name in ASCII, with a random suffix from the second attempt on. */
async function slugFor(name: string, attempt: number): Promise<string> {
  const { default: anyAscii } = await import('any-ascii') // half a megabyte, which no other page needs
  const plain = anyAscii(name.replace(/['’]/g, ''))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX_LENGTH)
    .replace(/^-+|-+$/g, '')
  const base = plain || 'account'
  return attempt === 0 && !RESERVED_SLUGS.has(base) ? base : `${base}-${randomSuffix()}`
}

function randomSuffix(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz' // without characters that look alike
  return Array.from({ length: SLUG_SUFFIX_LENGTH }, () => alphabet[randomInt(alphabet.length)]).join('')
}
