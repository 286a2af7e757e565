import { createHash } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'
import { expect } from 'vitest'
import { HttpClient, SESSION_COOKIE } from '../support/http-client'

// The inside of a session's cookie, for attacks by someone who knows more than they should.

const secret = process.env.AUTH_SECRET ?? ''

/** The session id in a browser's cookie. */
export async function sessionIdOf({ session }: HttpClient): Promise<string> {
  return String((await decode({ token: session, secret, salt: SESSION_COOKIE }))?.sid)
}

/** What the database keeps of an id. */
export const hashSessionId = (id: string) => createHash('sha256').update(id).digest()
/** A cookie made as the server makes them, unless told otherwise. */
export const encodeSession = (token: Record<string, unknown>, { key = secret, salt = SESSION_COOKIE, maxAge = 3600 } = {}) =>
  encode({ token, secret: key, salt, maxAge })
/** A browser with that one cookie. */
export function clientWithCookie(value: string, name = SESSION_COOKIE): HttpClient {
  const client = new HttpClient()
  client.cookies.set(name, value)
  return client
}

/** Nobody for every door there is, and no loop between the two pages that send people to each other. */
export async function expectSignedOut(client: HttpClient, email: string) {
  const response = await client.copy().get('/private')
  expect([response.status, response.location]).toEqual([307, '/login?callbackUrl=%2Fprivate'])
  expect((await client.copy().get(response.location ?? '')).status).toBe(200)
  expect((await client.copy().get('/register')).status).toBe(200)
  expect((await client.copy().get('/')).text).not.toContain(email)
  expect((await client.copy().get('/api/auth/session')).text).toBe('null')
}
