import 'server-only'
import { database } from '@/lib/platform/db'

const UNSENT_DAYS = 5 // the queue retries an email for four days

/**
 * Erases tokens that have expired by the database's clock. One whose email is still in the queue is kept, because its lifetime
 * starts when the email is sent.
 * @returns the number of tokens erased
 */
export function eraseExpiredTokens(): Promise<number> {
  return database('job').$executeRaw`
    DELETE FROM tokens
    WHERE expires_at <= now() AND (sent_at IS NOT NULL OR created_at <= now() - ${UNSENT_DAYS} * interval '1 day')`
}
