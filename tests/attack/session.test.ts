import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { Browser, changesNothing, expectNoFault, PASSWORD, registered, SESSION_COOKIE, signedIn } from './browserless'
import { expectNobody, hashOf, holding, idOf, sealed } from './sealing'

let person: Awaited<ReturnType<typeof registered>>
let sid: string
beforeAll(async () => {
  person = await registered()
  sid = await idOf(person.browser)
})

describe('a session that has ended in the database', () => {
  test.each([
    ['its row deleted', (hash: Buffer) => asSuperuser('DELETE FROM sessions WHERE id_hash = $1', [hash])],
    [
      'its idle end passed',
      (hash: Buffer) => asSuperuser("UPDATE sessions SET idle_expires_at = now() - interval '1 second' WHERE id_hash = $1", [hash]),
    ],
    [
      'its absolute end passed',
      (hash: Buffer) => asSuperuser("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id_hash = $1", [hash]),
    ],
    [
      'its user deleted',
      (_: Buffer, email: string) =>
        asSuperuser(
          'WITH own AS (DELETE FROM users WHERE email = $1 RETURNING id) DELETE FROM accounts WHERE id IN (SELECT account_id FROM memberships, own WHERE user_id = own.id)',
          [email],
        ),
    ],
  ])('%s, is dead for pages, payloads, actions and endpoints', async (what, end) => {
    const someone = what.includes('user') ? await registered() : { ...person, browser: await signedIn(person, { remember: 'on' }) }
    const save = await someone.browser.form('/private/settings', 'Save')
    const create = await someone.browser.form('/private/accounts/new', 'Create account')
    await end(hashOf(await idOf(someone.browser)), someone.email)
    await changesNothing(async () => {
      await expectNobody(someone.browser, someone.email)
      expect((await someone.browser.copy().get('/private', { rsc: '1' })).text).not.toContain(someone.email)
      for (const [path, fields] of [
        ['/private/settings', { ...save, name: 'A ghost' }],
        ['/private/accounts/new', { ...create, accountName: 'A ghost' }],
      ] as const) {
        const answer = await someone.browser.copy().post(path, fields)
        expectNoFault(answer)
        expect(answer.location ?? '').toMatch(/^\/login\?callbackUrl=/)
      }
    })
  })
})

describe('a session in use', () => {
  const aged = async (browser: Browser, minutes: number) => {
    await asSuperuser(
      `UPDATE sessions SET last_seen_at = now() - $2 * interval '1 minute', idle_expires_at = now() + interval '1 hour' WHERE id_hash = $1`,
      [hashOf(await idOf(browser)), minutes],
    )
    await browser.get('/private')
  }
  const idleHours = async (browser: Browser) => {
    const [row] = await asSuperuser<{ hours: number }>(
      'SELECT extract(epoch FROM idle_expires_at - now())::float / 3600 AS hours FROM sessions WHERE id_hash = $1',
      [hashOf(await idOf(browser))],
    )
    return row?.hours ?? 0
  }

  test('is noted as such by a request, when that was five minutes ago or more, and lives on from there', async () => {
    const [early, due] = [await signedIn(person), await signedIn(person)]
    await aged(early, 4)
    await aged(due, 6)
    await expect.poll(() => idleHours(due)).toBeGreaterThan(11.9)
    expect(await idleHours(early)).toBeLessThan(1.1)
  })
})

describe('signing in and out', () => {
  test('signing out kills a stolen copy of the cookie, for pages, payloads, actions and endpoints', async () => {
    const browser = await signedIn(person)
    const thief = browser.copy()
    const save = await thief.form('/private/settings', 'Save')
    expect((await thief.get('/private')).status).toBe(200)
    const answer = await browser.submit('/private', 'Sign out')
    expect([answer.status, answer.location, browser.session]).toEqual([303, '/', undefined])
    await changesNothing(async () => {
      await expectNobody(thief, person.email)
      expect((await thief.copy().post('/private/settings', { ...save, name: 'A thief' })).location).toMatch(/^\/login/)
    })
  })

  test('signing out at one place leaves the other signed in', async () => {
    const browser = await signedIn(person)
    await browser.submit('/private', 'Sign out')
    expect((await person.browser.get('/private')).status).toBe(200)
  })

  test('each sign-in has a new id, and ends the session that the browser held', async () => {
    const browser = await signedIn(person)
    const [thief, first] = [browser.copy(), await idOf(browser)]
    const fields = await new Browser().form('/login', 'Sign in')
    expect((await browser.post('/login', { ...fields, email: person.email, password: PASSWORD })).status).toBe(303)
    const second = await idOf(browser)
    expect(new Set([first, second, sid]).size).toBe(3)
    for (const id of [first, second]) expect(Buffer.from(id, 'base64url')).toHaveLength(32)
    await expectNobody(thief, person.email)
    expect((await browser.get('/private')).status).toBe(200)
  })

  test('an id given before sign-in is not the one after it', async () => {
    const planted = randomBytes(32).toString('base64url')
    const browser = holding(await sealed({ sid: planted }))
    await browser.submit('/login', 'Sign in', { email: person.email, password: PASSWORD })
    expect(await idOf(browser)).not.toBe(planted)
    expect(await asSuperuser('SELECT FROM sessions WHERE id_hash = $1', [hashOf(planted)])).toHaveLength(0)
  })

  test('an id is stored nowhere as it is', async () => {
    const [row] = await asSuperuser<{ found: boolean }>(
      "SELECT EXISTS (SELECT FROM sessions WHERE sessions::text LIKE '%' || $1 || '%') OR EXISTS (SELECT FROM audit_events WHERE audit_events::text LIKE '%' || $1 || '%') AS found",
      [sid],
    )
    expect(row?.found).toBe(false)
  })
})

describe('the session endpoint', () => {
  test.each([
    ['a browser session', {}],
    ['a remembered one', { remember: 'on' }],
  ])('neither lengthens %s nor ends it', async (_, fields) => {
    const browser = await signedIn(person, fields)
    const held = browser.session
    await changesNothing(async () => {
      for (const headers of [{}, { 'x-auth-return-redirect': '1' }, { accept: 'text/html' }] as Record<string, string>[]) {
        const answer = await browser.get('/api/auth/session', headers)
        expect(JSON.parse(answer.text).user.email).toBe(person.email)
        expect(answer.cookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
      }
      const { csrfToken } = JSON.parse((await browser.get('/api/auth/csrf')).text)
      const answer = await browser.request('/api/auth/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ csrfToken, data: { sid: 'x', sub: 'x', user: { email: 'owned@example.com' }, expires: '2099-01-01' } }),
      })
      expectNoFault(answer)
      expect(answer.text).not.toContain('owned')
      expect(answer.cookies.filter((line) => line.startsWith(SESSION_COOKIE) && /expires|max-age/i.test(line))).toEqual([])
    })
    expect(browser.session).toBe(held)
    expect((await browser.get('/private')).text).toContain(person.email)
  })
})
