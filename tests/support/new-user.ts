import { randomBytes } from 'node:crypto'

// For suites outside the application's process, which cannot import its modules.

export const PASSWORD = 'nine purple herons wading'

/** The word and a random suffix, so that no other test uses the same. */
export function unique(word: string): string {
  return `${word} ${randomBytes(4).toString('hex')}`
}

/** What the registration form asks for, and the slug that the account will have. */
export function newUser() {
  const suffix = randomBytes(5).toString('hex')
  return { accountName: `Heron ${suffix}`, email: `ada-${suffix}@example.com`, password: PASSWORD, slug: `heron-${suffix}` }
}
