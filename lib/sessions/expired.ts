import 'server-only'
import { database } from '@/lib/platform/db'

/** Erases sessions that have expired by the database's clock. @returns the number of sessions erased */
export function eraseExpiredSessions(): Promise<number> {
  return database('job').$executeRaw`DELETE FROM sessions WHERE idle_expires_at <= now() OR expires_at <= now()`
}
