import 'server-only'
import type { Message } from '@/lib/messages'
import { isBreachedPassword } from './breached'
import type { PasswordContext } from './strength'

/**
 * Checks a new password: `ratePassword`, and, if HIBP is on, known data breaches (ASVS 6.2.4, 6.2.11, 6.2.12).
 * @returns why it is refused; undefined if it is accepted
 */
export async function findWeakness(password: string, context: PasswordContext): Promise<Message | undefined> {
  const { ratePassword } = await import('./strength')
  const { weakness } = ratePassword(password, context)
  return weakness ?? ((await isBreachedPassword(password)) ? 'password-breached' : undefined)
}
