import { createHash } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'
import { expect } from 'vitest'
import { HttpClient, SESSION_COOKIE } from '../support/http-client'

// The content of the session cookie, for attackers who know the secret or a session id.

const secret = process.env.AUTH_SECRET ?? ''

/** The session id in a browser's cookie. */
export async function sessionIdOf({ session }: HttpClient): Promise<string> {
  return String((await decode({ token: session, secret, salt: SESSION_COOKIE }))?.sid)
}

/** What the database keeps of an id. */
export const hashSessionId = (id: string) => createHash('sha256').update(id).digest()
/** A session cookie. By default it is encrypted as the server encrypts it. */
export const encodeSession = (token: Record<string, unknown>, { key = secret, salt = SESSION_COOKIE, maxAge = 3600 } = {}) =>
  encode({ token, secret: key, salt, maxAge })
/** A browser with that one cookie. */
export function clientWithCookie(value: string, name = SESSION_COOKIE): HttpClient {
  const client = new HttpClient()
  client.cookies.set(name, value)
  return client
}

/** Fails if the client is signed in anywhere, or if sign-in redirects back to where it came from. */
export async function expectSignedOut(client: HttpClient, email: string) {
  const response = await client.copy().get('/private')
  expect([response.status, response.location]).toEqual([307, '/login?callbackUrl=%2Fprivate'])
  expect((await client.copy().get(response.location ?? '')).status).toBe(200)
  expect((await client.copy().get('/register')).status).toBe(200)
  expect((await client.copy().get('/')).text).not.toContain(email)
  expect((await client.copy().get('/api/auth/session')).text).toBe('null')
}
