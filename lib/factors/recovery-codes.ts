import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { beginChange, reportChange } from './changes'
import { type Binding, decryptSecret, encryptSecret } from './keys'
import { hasFactor } from './list'
import { RECOVERY_CODES, SHEET_LIFETIME_MS } from './schema'

// Recovery codes replace a lost factor. Each has 140 random bits and works once. The session that generated them shows them
// until the user confirms that they saved them, for at most half an hour.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // base32 without I, L, O, and U
const CODE_LENGTH = 28 // 140 bits, of which ASVS 6.5.2 requires 112 and ASVS 11.5.1 requires 128

const sheetOf = (userId: string): Binding => ({ purpose: 'recovery-codes', userId })

/** Generates new recovery codes, which replace the earlier ones. @returns `conflict` if the user has no second factor */
export async function renewRecoveryCodes(scope: UserScope, request: RequestInfo): Promise<Outcome<null>> {
  const { id } = scope.user
  await consumeLimit('factor-change', { userId: id })
  return withUser(id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    if (!(await hasFactor(tx, id))) return conflict('recovery-codes-without-factor')
    await makeRecoveryCodes(tx, id, change.handle)
    await reportChange(tx, scope, 'recovery-codes-made', request)
    return ok(null)
  })
}

/** Replaces the user's recovery codes, in the caller's transaction, and keeps the new ones for their session to show. */
export async function makeRecoveryCodes(tx: Tx, userId: string, sessionHandle: string): Promise<void> {
  const codes = Array.from({ length: RECOVERY_CODES }, newCode)
  await storeRecoveryCodes(tx, userId, codes)
  const sheet = encryptSecret(Buffer.from(codes.join(' ')), sheetOf(userId))
  await tx.recoveryCodeSheet.createMany({ data: [{ userId, sessionHandle, codes: sheet }] })
}

/** Replaces the user's recovery codes with these, in their stored form, in the caller's transaction. */
export async function storeRecoveryCodes(tx: Tx, userId: string, codes: string[]): Promise<void> {
  await removeRecoveryCodes(tx, userId)
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ userId, codeHash: hashCode(userId, code) })) })
}

/** Removes the user's recovery codes, in the caller's transaction. */
export async function removeRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCodeSheet.deleteMany({ where: { userId } })
}

/** Returns the new recovery codes of this session, in groups of four; null if they were saved or can no longer be shown. */
export async function findSheet({ user, session }: UserScope): Promise<string[] | null> {
  const [sheet] = await readForUser(
    user.id,
    z.object({ codes: z.string() }),
    Prisma.sql`
      SELECT sheet.codes FROM recovery_code_sheets AS sheet JOIN sessions AS session ON session.handle = sheet.session_handle AND session.user_id = sheet.user_id
       WHERE sheet.user_id = ${user.id}::uuid AND session.id_hash = ${hashSessionId(session.id)}
         AND sheet.created_at > now() - ${SHEET_LIFETIME_MS} * interval '1 ms'`,
  )
  if (!sheet) return null
  const codes = decryptSecret(sheet.codes, sheetOf(user.id)).secret.toString()
  return codes.split(' ').map((code) => (code.match(/.{4}/g) ?? []).join('-'))
}

/** Stops showing the user's new recovery codes, because the user saved them. */
export function dismissSheet({ user }: UserScope): Promise<Outcome<null>> {
  return withUser(user.id, async (tx) => {
    await tx.recoveryCodeSheet.deleteMany({ where: { userId: user.id } })
    return ok(null)
  })
}

/**
 * Uses a recovery code, in one statement that deletes it, so only one of several parallel uses succeeds (ASVS 6.5.1).
 * @param code in its stored form
 * @returns the number of codes that are left; null if the code is wrong or was used
 */
export async function spendRecoveryCode(tx: Tx, userId: string, code: string): Promise<number | null> {
  const { count } = await tx.recoveryCode.deleteMany({ where: { userId, codeHash: hashCode(userId, code) } })
  return count ? tx.recoveryCode.count({ where: { userId } }) : null
}

function newCode(): string {
  return Array.from(randomBytes(CODE_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('') // 256 is a multiple of 32
}

/** A hash without a key: a code has too many bits to guess. The user's id makes equal codes of two users differ. */
function hashCode(userId: string, code: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(`${userId} ${code}`).digest())
}
