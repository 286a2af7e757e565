import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { database, type Tx } from '@/lib/platform/db'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/ // what 32 bytes are in base64url

/** What a link in a mail can be for. A token of one purpose is worth nothing for another (ASVS 6.5.1). */
export type Purpose = 'invitation' | 'email-verification' | 'email-change' | 'email-change-undo' | 'password-reset' | 'registration'

/** What a token proves: that whoever holds it reads the mail of this address. */
export type TokenProof = { email: string; userId: string | null; accountId: string | null; invitationId: string | null; issuedAt: Date }

type NewToken = { email: string; userId?: string; accountId?: string; invitationId?: string }

/**
 * Writes tokens, in the transaction of what they are for. Only their hashes are stored (ASVS 6.5.2).
 * Dated by the moment and not by the transaction's beginning, so that their order is that in which a lock was had.
 * @param lifetimeMs until they end, by the database's clock
 * @returns the tokens themselves, in the order given, each for its mail and nowhere else
 */
export async function issueTokens(tx: Tx, purpose: Purpose, lifetimeMs: number, wanted: NewToken[]): Promise<string[]> {
  const tokens = wanted.map(() => randomBytes(TOKEN_BYTES).toString('base64url'))
  await tx.$executeRaw`
    INSERT INTO tokens (hash, purpose, email, user_id, account_id, invitation_id, created_at, expires_at)
    SELECT hash, ${purpose}, email, user_id, account_id, invitation_id, clock_timestamp(), clock_timestamp() + ${lifetimeMs} * interval '1 ms'
      FROM unnest(${tokens.map(hashToken)}::bytea[], ${wanted.map(({ email }) => email)}::text[], ${wanted.map(({ userId }) => userId ?? null)}::uuid[],
                  ${wanted.map(({ accountId }) => accountId ?? null)}::uuid[], ${wanted.map(({ invitationId }) => invitationId ?? null)}::uuid[])
        AS wanted (hash, email, user_id, account_id, invitation_id)`
  return tokens
}

/** Looks at what a token proves, without using it. @returns null when it is unknown, used, of another purpose, or past its time */
export async function findToken(purpose: Purpose, token: string): Promise<TokenProof | null> {
  if (!TOKEN.test(token)) return null
  const [found] = await database().$queryRaw<TokenProof[]>`
    SELECT email, user_id AS "userId", account_id AS "accountId", invitation_id AS "invitationId", created_at AS "issuedAt" FROM tokens
    WHERE hash = ${hashToken(token)} AND purpose = ${purpose} AND expires_at > now()`
  return found ?? null
}

/**
 * Uses a token, which is gone with it: of many who try at once, one gets the proof (ASVS 6.5.1).
 * @returns null when it is unknown, used, of another purpose, or past its time
 */
export async function spendToken(tx: Tx, purpose: Purpose, token: string): Promise<TokenProof | null> {
  if (!TOKEN.test(token)) return null
  const [used] = await tx.$queryRaw<TokenProof[]>`
    DELETE FROM tokens WHERE hash = ${hashToken(token)} AND purpose = ${purpose} AND expires_at > now()
    RETURNING email, user_id AS "userId", account_id AS "accountId", invitation_id AS "invitationId", created_at AS "issuedAt"`
  return used ?? null
}

/** Whether an address can still be taken back by whom it was taken from: until then nobody else may have it. */
export async function isEmailReserved(tx: Tx, email: string): Promise<boolean> {
  const [held] = await tx.$queryRaw<{ yes: boolean }[]>`
    SELECT EXISTS (SELECT FROM tokens WHERE purpose = 'email-change-undo' AND email = ${email} AND expires_at > now()) AS yes`
  return held?.yes ?? false
}

/** Voids a person's tokens of some purposes: the newest link alone is good, and none outlives what it was for. */
export async function voidUserTokens(tx: Tx, userId: string, purposes: Purpose[]): Promise<void> {
  await tx.token.deleteMany({ where: { userId, purpose: { in: purposes } } })
}

/** Voids the tokens of a purpose that were sent to an address, where they belong to no person. */
export async function voidTokensTo(tx: Tx, purpose: Purpose, email: string): Promise<void> {
  await tx.token.deleteMany({ where: { email, purpose } })
}

/** Whether a person was sent a token of this purpose within so many milliseconds, by the database's clock. */
export async function wasIssuedWithin(tx: Tx, userId: string, purpose: Purpose, ms: number): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ yes: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM tokens WHERE user_id = ${userId}::uuid AND purpose = ${purpose} AND created_at > now() - ${ms} * interval '1 ms'
    ) AS yes`
  return found?.yes ?? false
}

/** Voids the tokens of invitations that were sent anew, revoked, or accepted another way. */
export async function voidInvitationTokens(tx: Tx, accountId: string, invitationIds: string[]): Promise<void> {
  await tx.token.deleteMany({ where: { accountId, invitationId: { in: invitationIds } } })
}

/** @returns the key of a token's row */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest())
}
