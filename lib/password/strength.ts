import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { BRAND, STARTER_NAME } from '@/lib/brand'
import type { Message } from '@/lib/messages'
import { foldText } from '@/lib/text'
// The entries of 8 characters or more among the 100,000 most frequent ones of Mark Burnett's ten million passwords (CC0), in
// lower case. One string between line breaks needs a tenth of the memory of a set.
import COMMON_PASSWORDS from './common-passwords.json'

// The rule for new passwords, apart from their length. Safe for the browser: the server's answer and the browser's hint are
// the same code. It loads large dictionaries, so load it when it is needed.

const MIN_GUESSES = 1e8 // what zxcvbn counts for eight random characters
const CONTEXT_MIN_LENGTH = 3 // a shorter account name, or part of a name, is in too many common words
const PERSONAL_PATTERN = 'userInputs'
const REGULAR_PATTERNS = new Set(['repeat', 'sequence', 'spatial'])

// The cost of an estimate grows with its length and with the ways to read digits as letters.
const MAX_ESTIMATED_LENGTH = 32
const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MAX_ESTIMATED_LENGTH, l33tMaxSubstitutions: 8 })

/** What an attacker who knows the user would try first. */
export type PasswordContext = { email?: string; name?: string | null; accountNames?: readonly string[] }

/**
 * Judges a new password (ASVS 6.2.4, 6.2.11, NIST SP 800-63B-4 3.1.1.2). Only the first 32 characters count for the estimate.
 * @returns zxcvbn's score, 0 to 4, and why the password is refused; undefined if it is accepted
 */
export function ratePassword(password: string, context: PasswordContext): { score: number; weakness: Message | undefined } {
  const weakness = isCommon(password) ? 'password-common' : findPersonalPart(password, context)
  if (weakness) return { score: 0, weakness }
  const { score, guesses, sequence } = estimator.check([...password].slice(0, MAX_ESTIMATED_LENGTH).join(''), personalWords(context))
  if (guesses >= MIN_GUESSES) return { score, weakness: undefined }
  if (sequence.some((match) => 'dictionaryName' in match && match.dictionaryName === PERSONAL_PATTERN))
    return { score: 0, weakness: 'password-personal' }
  return { score: 0, weakness: sequence.some(({ pattern }) => REGULAR_PATTERNS.has(pattern)) ? 'password-pattern' : 'password-guessable' }
}

function isCommon(password: string): boolean {
  return COMMON_PASSWORDS.includes(`\n${password.normalize('NFKC').toLowerCase()}\n`)
}

/** Refuses a password that contains the whole email or the name of an account, however strong the rest is. */
function findPersonalPart(password: string, { email = '', accountNames = [] }: PasswordContext): Message | undefined {
  const folded = foldText(password)
  if (email && folded.includes(foldText(email))) return 'password-has-email'
  const names = accountNames.map(foldText).flatMap((name) => [name, name.replaceAll(' ', '')])
  return names.some((name) => name.length >= CONTEXT_MIN_LENGTH && folded.includes(name)) ? 'password-has-account' : undefined
}

/** Returns the names of the product, the user, and their accounts, and the parts of each, for zxcvbn's dictionary matcher. */
function personalWords({ email = '', name, accountNames = [] }: PasswordContext): string[] {
  const names = [email, email.split('@')[0] ?? '', name ?? '', ...accountNames, BRAND.name, STARTER_NAME].map(foldText)
  const words = names.flatMap((each) => [each, each.replaceAll(' ', ''), ...each.split(/[^\p{L}\p{N}]+/u)])
  return [...new Set(words)].filter((word) => word.length >= CONTEXT_MIN_LENGTH)
}
