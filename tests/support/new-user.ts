import { randomBytes } from 'node:crypto'

// For suites that run outside the application's process and cannot import its modules.

export const PASSWORD = 'nine purple herons wading'

/** @returns the word with a random suffix, which no other test uses */
export function unique(word: string): string {
  return `${word} ${randomBytes(4).toString('hex')}`
}

/** @returns the fields of the registration form, and the slug that the account will have */
export function newUser() {
  const suffix = randomBytes(5).toString('hex')
  return { accountName: `Heron ${suffix}`, email: `ada-${suffix}@example.com`, password: PASSWORD, slug: `heron-${suffix}` }
}
