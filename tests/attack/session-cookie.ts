import { createHash } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'
import { expect } from 'vitest'
import { HttpClient, SESSION_COOKIE } from '../support/http-client'

// Session cookies as an attacker who knows the secret or a session id would make them.

const secret = process.env.AUTH_SECRET ?? ''

/** @returns the session id in the client's cookie */
export async function sessionIdOf({ session }: HttpClient): Promise<string> {
  return String((await decode({ token: session, secret, salt: SESSION_COOKIE }))?.sid)
}

/** @returns the hash under which the database stores a session id */
export const hashSessionId = (id: string) => createHash('sha256').update(id).digest()
/** @returns a session cookie, encrypted as the server does by default */
export const encodeSession = (token: Record<string, unknown>, { key = secret, salt = SESSION_COOKIE, maxAge = 3600 } = {}) =>
  encode({ token, secret: key, salt, maxAge })
/** @returns a client with this one cookie */
export function clientWithCookie(value: string, name = SESSION_COOKIE): HttpClient {
  const client = new HttpClient()
  client.cookies.set(name, value)
  return client
}

/** Fails if the client is still signed in, or if sign-in redirects in a loop. */
export async function expectSignedOut(client: HttpClient, email: string) {
  const response = await client.copy().get('/private')
  expect([response.status, response.location]).toEqual([307, '/login?callbackUrl=%2Fprivate'])
  expect((await client.copy().get(response.location ?? '')).status).toBe(200)
  expect((await client.copy().get('/register')).status).toBe(200)
  expect((await client.copy().get('/')).text).not.toContain(email)
  expect((await client.copy().get('/api/auth/session')).text).toBe('null')
}
