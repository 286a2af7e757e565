import 'server-only'
import type { Message } from '@/lib/messages'
import { isBreachedPassword } from './breached'
import { isCommonPassword } from './common'
import { contextualWeakness } from './schema'

/**
 * Checks a new password against the list of common ones, the user's email and account name, and, if HIBP is on, known data
 * breaches (ASVS 6.2.4, 6.2.11, 6.2.12).
 * @returns why it is refused; undefined if it is accepted
 */
export async function findWeakness(password: string, context: { email: string; accountName?: string }): Promise<Message | undefined> {
  if (await isCommonPassword(password)) return 'password-common'
  const contextual = contextualWeakness(password, context)
  if (contextual) return contextual
  return (await isBreachedPassword(password)) ? 'password-breached' : undefined
}
