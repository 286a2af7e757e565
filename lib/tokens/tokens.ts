import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database, type Tx } from '@/lib/platform/db'
import { readWithoutContext } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/ // 32 bytes in base64url

/** The purpose of a link in an email. A token is valid for its own purpose only (ASVS 6.5.1). */
export type Purpose =
  | 'invitation'
  | 'email-verification'
  | 'email-change'
  | 'email-change-undo'
  | 'password-reset'
  | 'registration'
  | 'sign-in'

const tokenProof = z.object({
  email: z.string(),
  userId: z.uuid().nullable(),
  accountId: z.uuid().nullable(),
  invitationId: z.uuid().nullable(),
  issuedAt: z.date(),
})

/** What a token proves: its holder reads the mail of this email address. */
export type TokenProof = z.output<typeof tokenProof>

const PROOF_COLUMNS = Prisma.sql`email, user_id AS "userId", account_id AS "accountId", invitation_id AS "invitationId", created_at AS "issuedAt"`

type NewToken = { email: string; userId?: string; accountId?: string; invitationId?: string }

/**
 * Creates tokens in the caller's transaction. Only their hashes are stored (ASVS 6.5.2). created_at is the time of the
 * statement, not of the transaction, so tokens sort in the order in which their transactions acquired the lock.
 * @param lifetimeMs until they expire, by the database's clock; it starts again when the email is sent
 * @returns the tokens, in the order of `wanted`; send each by email only
 */
export async function issueTokens(tx: Tx, purpose: Purpose, lifetimeMs: number, wanted: NewToken[]): Promise<string[]> {
  const { tokens, insert } = newTokens(purpose, lifetimeMs, wanted)
  await tx.$executeRaw(insert)
  return tokens
}

/** Creates tokens like {@link issueTokens}. @returns them and the statement that stores them, which the caller runs once */
export function newTokens(purpose: Purpose, lifetimeMs: number, wanted: NewToken[]): { tokens: string[]; insert: Prisma.Sql } {
  const tokens = wanted.map(() => randomBytes(TOKEN_BYTES).toString('base64url'))
  const insert = Prisma.sql`
    INSERT INTO tokens (hash, purpose, email, user_id, account_id, invitation_id, created_at, lifetime_ms, expires_at)
    SELECT hash, ${purpose}, email, user_id, account_id, invitation_id, clock_timestamp(), ${lifetimeMs}::int, clock_timestamp() + ${lifetimeMs} * interval '1 ms'
      FROM unnest(${tokens.map(hashToken)}::bytea[], ${wanted.map(({ email }) => email)}::text[], ${wanted.map(({ userId }) => userId ?? null)}::uuid[],
                  ${wanted.map(({ accountId }) => accountId ?? null)}::uuid[], ${wanted.map(({ invitationId }) => invitationId ?? null)}::uuid[])
        AS wanted (hash, email, user_id, account_id, invitation_id)`
  return { tokens, insert }
}

const startedRow = z.object({ accountId: z.uuid().nullable(), invitationId: z.uuid().nullable(), expiresAt: z.date() })

/**
 * Starts the lifetime of a token, when its email is sent.
 * @returns when it expires, and the invitation that it is for; null if it is void
 */
export async function startLifetime(token: string): Promise<z.output<typeof startedRow> | null> {
  const [started] = await rows(
    database('job'),
    startedRow,
    Prisma.sql`
      UPDATE tokens SET sent_at = now(), expires_at = now() + lifetime_ms * interval '1 ms'
       WHERE hash = ${hashToken(token)} AND purpose <> ${SUSPENDED}
      RETURNING account_id AS "accountId", invitation_id AS "invitationId", expires_at AS "expiresAt"`,
  )
  return started ?? null
}

/** Reads what a token proves, without consuming it. @returns null if the token is unknown, used, expired, or for another purpose */
export async function findToken(purpose: Purpose, token: string): Promise<TokenProof | null> {
  if (!TOKEN.test(token)) return null
  const [found] = await readWithoutContext(
    tokenProof,
    Prisma.sql`SELECT ${PROOF_COLUMNS} FROM tokens WHERE hash = ${hashToken(token)} AND purpose = ${purpose} AND expires_at > now()`,
  )
  return found ?? null
}

/**
 * Consumes a token by deleting it, so only one of several parallel requests gets the proof (ASVS 6.5.1).
 * @returns null if the token is unknown, used, expired, or for another purpose
 */
export async function consumeToken(tx: Tx, purpose: Purpose, token: string): Promise<TokenProof | null> {
  return TOKEN.test(token) ? consumeTokenByHash(tx, purpose, hashToken(token)) : null
}

/** Consumes a token like {@link consumeToken}, for a caller that has verified the user without the token. */
export async function consumeTokenByHash(tx: Tx, purpose: Purpose, hash: Uint8Array<ArrayBuffer>): Promise<TokenProof | null> {
  const [consumed] = await rows(
    tx,
    tokenProof,
    Prisma.sql`
      DELETE FROM tokens WHERE hash = ${hash} AND purpose = ${purpose} AND expires_at > now() RETURNING ${PROOF_COLUMNS}`,
  )
  return consumed ?? null
}

/** Voids the user's tokens of these purposes. */
export async function voidUserTokens(tx: Tx, userId: string, purposes: Purpose[]): Promise<void> {
  await tx.token.deleteMany({ where: { userId, purpose: { in: purposes } } })
}

/** Voids the tokens of a purpose that were sent to an email address and belong to no user. */
export async function voidTokensTo(tx: Tx, purpose: Purpose, email: string): Promise<void> {
  await tx.token.deleteMany({ where: { email, purpose } })
}

/** Returns whether the user was sent a token of this purpose in the last `ms` milliseconds, by the database's clock. */
export async function wasIssuedWithin(tx: Tx, userId: string, purpose: Purpose, ms: number): Promise<boolean> {
  const [found] = await rows(
    tx,
    z.object({ exists: z.boolean() }),
    Prisma.sql`
      SELECT EXISTS (
        SELECT FROM tokens
         WHERE user_id = ${userId}::uuid AND purpose = ${purpose} AND created_at > now() - ${ms} * interval '1 ms'
      )`,
  )
  return found?.exists ?? false
}

/** Makes the tokens of a revoked invitation unusable, in a way that {@link resumeInvitationTokens} can undo. */
export async function suspendInvitationTokens(tx: Tx, accountId: string, invitationId: string): Promise<void> {
  await tx.token.updateMany({ where: { accountId, invitationId }, data: { purpose: SUSPENDED } })
}

/** Makes suspended tokens usable again. @returns whether the email with one of them was sent */
export async function resumeInvitationTokens(tx: Tx, accountId: string, invitationId: string): Promise<boolean> {
  const purpose: Purpose = 'invitation'
  const resumed = await tx.token.updateManyAndReturn({
    where: { accountId, invitationId, purpose: SUSPENDED },
    data: { purpose },
    select: { sentAt: true },
  })
  return resumed.some(({ sentAt }) => sentAt !== null)
}

/** Not a {@link Purpose}, so that no link can be used with it. */
const SUSPENDED = 'suspended-invitation'

/** Voids the tokens of invitations that were resent, or accepted without a link. */
export async function voidInvitationTokens(tx: Tx, accountId: string, invitationIds: string[]): Promise<void> {
  await tx.token.deleteMany({ where: { accountId, invitationId: { in: invitationIds } } })
}

/** Returns the key of a token's row. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest())
}
