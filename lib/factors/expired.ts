import 'server-only'
import { database } from '@/lib/platform/db'
import { CHALLENGE_LIFETIME_MS, ENROLLMENT_LIFETIME_MS, SHEET_LIFETIME_MS } from './schema'

/**
 * Erases expired rows: remembered browsers, unfinished authenticator apps, recovery codes that can no longer be shown, and
 * unanswered challenges. @returns the number of rows erased
 */
export async function eraseExpiredFactors(): Promise<number> {
  const db = database('job')
  const browsers = await db.$executeRaw`DELETE FROM remembered_browsers WHERE expires_at <= now()`
  const enrollments =
    await db.$executeRaw`DELETE FROM totp_enrollments WHERE created_at <= now() - ${ENROLLMENT_LIFETIME_MS} * interval '1 ms'`
  const sheets = await db.$executeRaw`DELETE FROM recovery_code_sheets WHERE created_at <= now() - ${SHEET_LIFETIME_MS} * interval '1 ms'`
  const challenges =
    await db.$executeRaw`DELETE FROM passkey_challenges WHERE created_at <= now() - ${CHALLENGE_LIFETIME_MS} * interval '1 ms'`
  return browsers + enrollments + sheets + challenges
}
