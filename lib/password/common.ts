import 'server-only'
import { PASSWORD_MIN_LENGTH } from './schema'

let common: Promise<Set<string>> | undefined

/** Whether a password stands in the offline list of common ones, in any case (ASVS 6.2.4, NIST SP 800-63B-4 3.1.1.2). */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= loadCommon()
  return (await common).has(password.normalize('NFKC').toLowerCase())
}

async function loadCommon(): Promise<Set<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'].map(String).filter((word) => word.length >= PASSWORD_MIN_LENGTH))
}
