import 'server-only'
import { isCommonPassword } from './common'
import { contextualWeakness, PASSWORD_COMMON } from './schema'

/**
 * Judges a password that is being chosen, wherever one is: by the list of common ones, and by what anyone would try
 * first for this person (ASVS 6.2.4, 6.2.11).
 * @returns why it is refused, as a sentence for its field; undefined when nothing speaks against it
 */
export async function findWeakness(password: string, context: { email: string; accountName?: string }): Promise<string | undefined> {
  return (await isCommonPassword(password)) ? PASSWORD_COMMON : contextualWeakness(password, context)
}
