import 'server-only'
import { database } from '@/lib/platform/db'

/**
 * Erases the rows of sessions that are over by the database's clock. They opened nothing any more; they only say where
 * somebody once was.
 * @returns how many
 */
export function eraseExpiredSessions(): Promise<number> {
  return database('job').$executeRaw`DELETE FROM sessions WHERE idle_expires_at <= now() OR expires_at <= now()`
}
