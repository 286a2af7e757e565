import { PASSWORD_MIN_LENGTH } from './schema'

// Shared with the browser, whose hint must not praise what the server refuses.

let common: Promise<Set<string>> | undefined

/** Whether a password stands in the offline list of common ones, in any case (ASVS 6.2.4, NIST SP 800-63B-4 3.1.1.2). */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => commonPasswords(dictionary['passwords-common']))
  return isAmong(await common, password)
}

/** @param list of a dictionary, the words that are too short to be passwords among them */
export function commonPasswords(list: readonly (string | number)[]): Set<string> {
  return new Set(list.map(String).filter((word) => word.length >= PASSWORD_MIN_LENGTH))
}

/** Whether a password is one of those, however it is written. */
export function isAmong(passwords: ReadonlySet<string>, password: string): boolean {
  return passwords.has(password.normalize('NFKC').toLowerCase())
}
