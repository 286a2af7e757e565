import { createHash } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'
import { expect } from 'vitest'
import { Browser, SESSION_COOKIE } from './browserless'

// The inside of a session's cookie, for attacks by someone who knows more than they should.

const secret = process.env.AUTH_SECRET ?? ''

/** The session id in a browser's cookie. */
export async function idOf({ session }: Browser): Promise<string> {
  return String((await decode({ token: session, secret, salt: SESSION_COOKIE }))?.sid)
}

/** What the database keeps of an id. */
export const hashOf = (id: string) => createHash('sha256').update(id).digest()
/** A cookie made as the server makes them, unless told otherwise. */
export const sealed = (token: Record<string, unknown>, { key = secret, salt = SESSION_COOKIE, maxAge = 3600 } = {}) =>
  encode({ token, secret: key, salt, maxAge })
/** A browser with that one cookie. */
export function holding(value: string, name = SESSION_COOKIE): Browser {
  const browser = new Browser()
  browser.jar.set(name, value)
  return browser
}

/** Nobody for every door there is, and no loop between the two pages that send people to each other. */
export async function expectNobody(browser: Browser, email: string) {
  const answer = await browser.copy().get('/private')
  expect([answer.status, answer.location]).toEqual([307, '/login?callbackUrl=%2Fprivate'])
  expect((await browser.copy().get(answer.location ?? '')).status).toBe(200)
  expect((await browser.copy().get('/register')).status).toBe(200)
  expect((await browser.copy().get('/')).text).not.toContain(email)
  expect((await browser.copy().get('/api/auth/session')).text).toBe('null')
}
