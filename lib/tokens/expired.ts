import 'server-only'
import { database } from '@/lib/platform/db'

/** Erases tokens that have expired by the database's clock. @returns the number of tokens erased */
export function eraseExpiredTokens(): Promise<number> {
  return database('job').$executeRaw`DELETE FROM tokens WHERE expires_at <= now()`
}
