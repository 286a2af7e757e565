import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser, NOW } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { PASSWORD } from '../support/new-user'
import { expectNoServerError, registerUser, signIn } from './attack'
import { clientWithCookie, encodeSession, expectSignedOut, hashSessionId, sessionIdOf } from './session-cookie'

let user: Awaited<ReturnType<typeof registerUser>>
let sid: string
beforeAll(async () => {
  user = await registerUser()
  sid = await sessionIdOf(user.client)
})

describe('a session that has ended in the database', () => {
  // ASVS 7.2.1, 7.3.1, 7.3.2, 7.4.1, 7.4.2, 7.4.5
  test.each([
    ['row deleted', (hash: Buffer) => asSuperuser('DELETE FROM sessions WHERE id_hash = $1', [hash])],
    [
      'idle timeout passed',
      (hash: Buffer) => asSuperuser("UPDATE sessions SET idle_expires_at = now() - interval '1 second' WHERE id_hash = $1", [hash]),
    ],
    [
      'absolute timeout passed',
      (hash: Buffer) => asSuperuser("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id_hash = $1", [hash]),
    ],
    [
      'user deleted',
      (_: Buffer, email: string) =>
        asSuperuser(
          'WITH own AS (DELETE FROM users WHERE email = $1 RETURNING id) DELETE FROM accounts WHERE id IN (SELECT account_id FROM memberships, own WHERE user_id = own.id)',
          [email],
        ),
    ],
  ])('is rejected by pages, payloads, actions, and endpoints: %s', async (what, end) => {
    const someone = what === 'user deleted' ? await registerUser() : { ...user, client: await signIn(user, { remember: 'on' }) }
    const save = await someone.client.form('/private/settings', labels.save)
    const create = await someone.client.form('/private/accounts/new', labels.createAccount)
    await end(hashSessionId(await sessionIdOf(someone.client)), someone.email)
    await expectUnchanged(async () => {
      await expectSignedOut(someone.client, someone.email)
      expect((await someone.client.copy().get('/private', { rsc: '1' })).text).not.toContain(someone.email)
      for (const [path, fields] of [
        ['/private/settings', { ...save, name: 'A ghost' }],
        ['/private/accounts/new', { ...create, accountName: 'A ghost' }],
      ] as const) {
        const response = await someone.client.copy().post(path, fields)
        expectNoServerError(response)
        expect(response.location ?? '').toMatch(/^\/login\?callbackUrl=/)
      }
    })
  })
})

describe('the idle timeout', () => {
  const aged = async (client: HttpClient, minutes: number) => {
    await asSuperuser(
      `UPDATE sessions SET last_seen_at = ${NOW} - $2 * interval '1 minute', idle_expires_at = ${NOW} + interval '1 hour' WHERE id_hash = $1`,
      [hashSessionId(await sessionIdOf(client)), minutes],
    )
    await client.get('/private')
  }
  const idleHours = async (client: HttpClient) => {
    const [row] = await asSuperuser<{ hours: number }>(
      'SELECT extract(epoch FROM idle_expires_at - now())::float / 3600 AS hours FROM sessions WHERE id_hash = $1',
      [hashSessionId(await sessionIdOf(client))],
    )
    return row?.hours ?? 0
  }

  test('is extended by a request five minutes or more after the last extension', async () => {
    const [early, due] = [await signIn(user), await signIn(user)]
    await aged(early, 4)
    await aged(due, 6)
    await expect.poll(() => idleHours(due)).toBeGreaterThan(11.9)
    expect(await idleHours(early)).toBeLessThan(1.1)
  })
})

describe('signing in and out', () => {
  // ASVS 7.4.1
  test('signing out invalidates a stolen copy of the cookie for pages, payloads, actions, and endpoints', async () => {
    const client = await signIn(user)
    const thief = client.copy()
    const save = await thief.form('/private/settings', labels.save)
    expect((await thief.get('/private')).status).toBe(200)
    const response = await client.submit('/private', labels.signOut)
    expect([response.status, response.location, client.session]).toEqual([303, '/', undefined])
    await expectUnchanged(async () => {
      await expectSignedOut(thief, user.email)
      expect((await thief.copy().post('/private/settings', { ...save, name: 'A thief' })).location).toMatch(/^\/login/)
    })
  })

  test('signing out leaves other sessions signed in', async () => {
    const client = await signIn(user)
    await client.submit('/private', labels.signOut)
    expect((await user.client.get('/private')).status).toBe(200)
  })

  // ASVS 7.2.3, 7.2.4
  test('each sign-in gets a new session id and ends the browser’s previous session', async () => {
    const client = await signIn(user)
    const [thief, first] = [client.copy(), await sessionIdOf(client)]
    const fields = await new HttpClient().form('/login', labels.signIn)
    expect((await client.post('/login', { ...fields, email: user.email, password: PASSWORD })).status).toBe(303)
    const second = await sessionIdOf(client)
    expect(new Set([first, second, sid]).size).toBe(3)
    for (const id of [first, second]) expect(Buffer.from(id, 'base64url')).toHaveLength(32)
    await expectSignedOut(thief, user.email)
    expect((await client.get('/private')).status).toBe(200)
  })

  // ASVS 7.2.2, 7.2.4
  test('sign-in ignores a session id that an attacker planted (session fixation)', async () => {
    const planted = randomBytes(32).toString('base64url')
    const client = clientWithCookie(await encodeSession({ sid: planted }))
    await client.submit('/login', labels.signIn, { email: user.email, password: PASSWORD })
    expect(await sessionIdOf(client)).not.toBe(planted)
    expect(await asSuperuser('SELECT FROM sessions WHERE id_hash = $1', [hashSessionId(planted)])).toHaveLength(0)
  })

  // ASVS 14.2.4
  test('the database stores no session id in plain text', async () => {
    const [row] = await asSuperuser<{ found: boolean }>(
      "SELECT EXISTS (SELECT FROM sessions WHERE sessions::text LIKE '%' || $1 || '%') OR EXISTS (SELECT FROM audit_events WHERE audit_events::text LIKE '%' || $1 || '%') AS found",
      [sid],
    )
    expect(row?.found).toBe(false)
  })
})

describe('the session endpoint', () => {
  test.each([
    ['a session that ends with the browser', {}],
    ['a remembered session', { remember: 'on' }],
  ])('neither extends nor ends %s', async (_, fields) => {
    const client = await signIn(user, fields)
    const sessionId = client.session
    await expectUnchanged(async () => {
      for (const headers of [{}, { 'x-auth-return-redirect': '1' }, { accept: 'text/html' }] as Record<string, string>[]) {
        const response = await client.get('/api/auth/session', headers)
        expect(JSON.parse(response.text).user.email).toBe(user.email)
        expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
      }
      const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
      const response = await client.request('/api/auth/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ csrfToken, data: { sid: 'x', sub: 'x', user: { email: 'owned@example.com' }, expires: '2099-01-01' } }),
      })
      expectNoServerError(response)
      expect(response.text).not.toContain('owned')
      expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE) && /expires|max-age/i.test(line))).toEqual([])
    })
    expect(client.session).toBe(sessionId)
    expect((await client.get('/private')).text).toContain(user.email)
  })
})
