import { PASSWORD_MIN_LENGTH } from './schema'

// Safe for the browser: the strength hint must not approve of a password that the server refuses.

let common: Promise<Set<string>> | undefined

/** Returns whether a password is in the offline list of common ones, in any case (ASVS 6.2.4, NIST SP 800-63B-4 3.1.1.2). */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => commonPasswords(dictionary['passwords-common']))
  return includesPassword(await common, password)
}

/** Builds the set of common passwords from a dictionary, without words that are too short to be accepted anyway. */
export function commonPasswords(list: readonly (string | number)[]): Set<string> {
  return new Set(list.map(String).filter((word) => word.length >= PASSWORD_MIN_LENGTH))
}

/** Returns whether a set of common passwords includes this one, regardless of case and Unicode form. */
export function includesPassword(passwords: ReadonlySet<string>, password: string): boolean {
  return passwords.has(password.normalize('NFKC').toLowerCase())
}
