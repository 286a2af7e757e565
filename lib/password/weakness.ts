import 'server-only'
import { isBreachedPassword } from './breached'
import { isCommonPassword } from './common'
import { contextualWeakness, PASSWORD_BREACHED, PASSWORD_COMMON } from './schema'

/**
 * Judges a password that is being chosen, wherever one is: by the list of common ones, by what anyone would try first for
 * this person, and, where HIBP is on, by what is known from leaks (ASVS 6.2.4, 6.2.11, 6.2.12).
 * @returns why it is refused, as a sentence for its field; undefined when nothing speaks against it
 */
export async function findWeakness(password: string, context: { email: string; accountName?: string }): Promise<string | undefined> {
  if (await isCommonPassword(password)) return PASSWORD_COMMON
  const contextual = contextualWeakness(password, context)
  if (contextual) return contextual
  return (await isBreachedPassword(password)) ? PASSWORD_BREACHED : undefined
}
