import { expect } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { type Fields, HttpClient, type HttpResponse } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser } from '../support/new-user'

export const BUSY = sentence('hashing-busy')
export const TOO_MANY = 'Too many attempts.' // followed by the time to wait
export const UNAVAILABLE = sentence('database-unavailable')

const HASHING_TIMEOUT_MS = 20_000

/**
 * Registers a user with the form.
 * @param isConfirmed whether to confirm their email in the database, without the link
 * @returns the user's details, with the client in which they are signed in
 */
export async function registerUser(user = newUser(), { isConfirmed = true } = {}) {
  const client = new HttpClient()
  const { accountName, email, password } = user
  const response = await client.submit(
    '/register',
    labels.createAccount,
    { accountName, email, password },
    { timeoutMs: HASHING_TIMEOUT_MS },
  )
  if (response.status !== 303) throw new Error(`Registering answered ${response.status}`)
  if (isConfirmed) await asSuperuser('UPDATE users SET email_verified_at = now() WHERE email = $1', [email])
  return { ...user, client }
}

/** Signs a user in with the form. @returns a new client */
export async function signIn({ email, password }: { email: string; password: string }, fields: Fields = {}): Promise<HttpClient> {
  const client = new HttpClient()
  const response = await client.submit('/login', labels.signIn, { email, password, ...fields }, { timeoutMs: HASHING_TIMEOUT_MS })
  if (response.status !== 303) throw new Error(`Signing in answered ${response.status}`)
  return client
}

/** @returns the flash message that the response sets, as a sentence */
export function flashIn({ setCookies }: HttpResponse): string | undefined {
  const [, value] = setCookies.map((line) => /atrium\.flash=([^;]+)/.exec(line)).find(Boolean) ?? []
  return value && sentence(decodeURIComponent(value))
}

/** Fails on a status of 500 or above, and on a body that reveals the server's internals (ASVS 16.5.1). */
export function expectNoServerError({ status, text }: HttpResponse) {
  expect(status, text.slice(0, 300)).toBeLessThan(500)
  expect(text).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules|PrismaClient|ECONN|SyntaxError|TypeError/)
}

/** Splits a template at white space, and keeps backslashes as they are. */
export function words(text: TemplateStringsArray, ...values: string[]): string[] {
  return String.raw(text, ...values)
    .trim()
    .split(/\s+/)
}
