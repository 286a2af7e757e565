import { randomUUID } from 'node:crypto'
import { generateSync } from 'otplib'
import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { ACTIONS, ROUTES } from '../registry/build'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, isPrivate, USER_ACTIONS } from '../registry/registry'
import { makeWorld, newSuffix, type World } from '../registry/world'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse } from '../support/http-client'
import * as labels from '../support/labels'
import { expectNoServerError, registerUser, signIn } from './attack'
import { sessionIdOf } from './session-cookie'

// A user with a second factor who has entered only their password is not signed in to anything.

const VERIFY = /^\/login\/verify\?callbackUrl=/
const SECURITY = '/private/settings/security'
const targetOf = ({ location, headers }: HttpResponse) => location ?? headers.get('x-action-redirect') ?? ''

const addFactor = (userId: string) => asSuperuser(`INSERT INTO totp_factors (user_id, secret, last_step) VALUES ($1, 'x', 0)`, [userId])

describe('a session that needs a second factor', () => {
  let world: World
  let pending: HttpClient
  let email: string
  beforeAll(async () => {
    world = await makeWorld({ offered: true })
    pending = world.callers.OWNER.client
    await addFactor(world.callers.OWNER.userId)
    const [user] = await asSuperuser<{ email: string }>('SELECT email FROM users WHERE id = $1', [world.callers.OWNER.userId])
    email = user?.email ?? ''
  })
  const expectNothing = (response: HttpResponse) => {
    expectNoServerError(response)
    for (const secret of [world.own.name, world.own.slug, world.own.ownerId, email, world.callers.OWNER.userId])
      expect(response.text.replaceAll(encodeURIComponent(world.own.slug), '')).not.toContain(
        secret === world.own.slug ? `>${secret}<` : secret,
      )
  }

  // ASVS 6.3.3, 7.2.1, 8.2.1, 8.3.1
  test.each(ROUTES.filter(isPrivate).map(({ path }) => path))('opens no page and no handler: %s', async (path) => {
    const thing = ACCOUNT_ROUTES.find((route) => route.path === path)?.thing?.(world.own) ?? randomUUID()
    const url = path
      .replace('[slug]', world.own.slug)
      .replace(/\[\.\.\.\w+\]/, 'nowhere')
      .replace(/\[\w+\]/, thing)
    for (const headers of [{}, { rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }] as Record<string, string>[]) {
      const response = await expectUnchanged(() => pending.copy().get(url, headers))
      if (!headers.rsc) expect([response.status, VERIFY.test(targetOf(response))]).toEqual([307, true])
      expectNothing(response)
    }
  })

  // ASVS 6.3.3, 8.2.1, 8.3.1
  test.each(ACTIONS.filter(({ name }) => [...ACCOUNT_ACTIONS, ...USER_ACTIONS].some((action) => action.name === name)))(
    'runs no action: $name',
    async ({ name, id, pages }) => {
      const accountAction = ACCOUNT_ACTIONS.find((action) => action.name === name)
      const entry = accountAction ?? USER_ACTIONS.find((action) => action.name === name)
      const page = (pages[0] ?? '/')
        .replace('[slug]', world.own.slug)
        .replace(/\[\.\.\.\w+\]/, 'nowhere')
        .replace(/\[\w+\]/, randomUUID())
      await expectUnchanged(async () => {
        for (const url of [page, '/login/verify', '/']) {
          const fields = entry?.fields?.(entry.thing?.(world.own) ?? '', { things: world.own, suffix: newSuffix() })
          const client = pending.copy()
          const response = await callAction(client, {
            id,
            url,
            bound: accountAction ? [world.own.slug] : [],
            ...(fields ? { fields } : {}),
          })
          expectNothing(response)
          expect(response.text).not.toContain('"status":"success"')
          expect(client.session).toBe(pending.session)
        }
      })
    },
  )

  // ASVS 6.3.3, 7.2.1
  test('counts as no session for Auth.js and the public pages, and can still sign out', async () => {
    const client = pending.copy()
    const session = await client.get('/api/auth/session')
    expect([session.text, client.session]).toEqual(['null', pending.session])
    for (const path of ['/', '/register', '/forgot-password', '/login/verify']) expectNothing(await client.get(path))
    for (const path of ['/login', '/login/email', '/login/code']) expect(targetOf(await client.get(path))).toMatch(VERIFY)
    expect((await client.copy().get('/login/verify')).text).toContain('>Sign out<')
  })
})

describe('signing in with a second factor, without JavaScript', () => {
  let user: Awaited<ReturnType<typeof registerUser>>
  let secret: string
  let codes: string[]
  const code = () => generateSync({ secret })
  const rewind = () =>
    asSuperuser('UPDATE totp_factors SET last_step = 0 WHERE user_id IN (SELECT id FROM users WHERE email = $1)', [user.email])
  beforeAll(async () => {
    user = await registerUser()
    const started = await user.client.submit(SECURITY, labels.setUp)
    expect([started.status, started.location]).toEqual([303, `${SECURITY}/authenticator`])
    const page = (await user.client.get(`${SECURITY}/authenticator`)).text
    secret = (/<code[^>]*>((?:[A-Z2-7]{4} ?){8})<\/code>/.exec(page)?.[1] ?? '').replaceAll(' ', '')
    const added = await user.client.submit(`${SECURITY}/authenticator`, labels.addAuthenticatorApp, { code: code() })
    expect([added.status, added.location]).toEqual([303, `${SECURITY}/recovery-codes`])
    const sheet = (await user.client.get(`${SECURITY}/recovery-codes`)).text
    codes = [...sheet.matchAll(/<code[^>]*>((?:[0-9A-Z]{4}-){6}[0-9A-Z]{4})<\/code>/g)].map(([, text = '']) => text)
    expect(codes).toHaveLength(10)
    await user.client.submit(`${SECURITY}/recovery-codes`, labels.savedTheseCodes)
    expect((await user.client.get(`${SECURITY}/recovery-codes`)).text).not.toContain(codes[0])
  })

  const verify = (client: HttpClient, fields: Record<string, string>, query = '?callbackUrl=%2Fprivate%2Fsettings') =>
    client.submit(`/login/verify${query}`, labels.continueButton, fields)

  // ASVS 6.3.3, 7.2.4
  test('asks for it, keeps the callbackUrl, and renews the session', async () => {
    const client = await signIn(user, { callbackUrl: '/private/settings' })
    const before = await sessionIdOf(client)
    expect(targetOf(await client.get('/private'))).toBe('/login/verify?callbackUrl=%2Fprivate')
    const stolen = client.copy()
    await rewind()
    const verified = await verify(client, { code: code() })
    expect([verified.status, verified.location]).toEqual([303, '/private/settings'])
    expect(await sessionIdOf(client)).not.toBe(before)
    expect((await client.get('/private/settings')).status).toBe(200)
    expect(targetOf(await stolen.get('/private'))).toMatch(/^\/login\?/)
  })

  // ASVS 6.6.3
  test('refuses a wrong code and a used one, in the form', async () => {
    const client = await signIn(user)
    await rewind()
    expect((await verify(client.copy(), { code: code() })).status).toBe(303)
    const again = await signIn(user)
    for (const wrong of [code(), '12345', 'nonsense']) {
      const response = await verify(again, { code: wrong })
      expect([response.status, response.text.includes('aria-invalid="true"')]).toEqual([200, true])
      expect(response.text).not.toContain(`value="${wrong}"`)
    }
    expect(targetOf(await again.get('/private'))).toMatch(VERIFY)
  })

  test('accepts a recovery code once', async () => {
    const [first, second] = [await signIn(user), await signIn(user)]
    expect((await verify(first, { code: codes[0] ?? '' }, '?callbackUrl=%2Fprivate&with=recovery-code')).location).toBe('/private')
    expect((await verify(second, { code: codes[0] ?? '' })).status).toBe(200)
    await asSuperuser(`DELETE FROM limits WHERE key LIKE 'factor-%'`)
  })

  // ASVS 6.3.3
  test('does not count a known browser as a factor, and counts a remembered one until its user is asked again', async () => {
    const known = await signIn(user)
    await rewind()
    await verify(known, { code: code() })
    const again = async () => known.submit('/login', labels.signIn, { email: user.email, password: user.password })
    await known.submit('/private', labels.signOut)
    expect(targetOf(await again())).toMatch(VERIFY)
    await rewind()
    const trusted = await verify(known, { code: code(), trust: 'on' })
    const cookie = trusted.setCookies.find((line) => line.includes('atrium.browser='))
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=lax/i)
    await known.submit('/private', labels.signOut)
    expect(targetOf(await again())).toBe('/private')
    expect((await known.get('/private')).status).toBe(200)
    // A remembered browser and the password are not enough to remove the factor.
    const security = (await known.get(SECURITY)).text
    expect(security).not.toContain('Remove Authenticator app')
    const removal = ACTIONS.find(({ name }) => name === 'removeFactorAction')
    const [app] = await asSuperuser<{ id: string }>(
      'SELECT f.id FROM totp_factors AS f JOIN users ON users.id = user_id WHERE email = $1',
      [user.email],
    )
    const fields = { kind: 'totp', id: app?.id ?? '' }
    const stale = await callAction(known, { id: removal?.id ?? '', url: SECURITY, fields })
    expect(stale.text).toContain(sentence('factor-proof-missing'))
    await asSuperuser('DELETE FROM remembered_browsers')
    expect(targetOf(await known.get('/private'))).toMatch(VERIFY)
  })

  // ASVS 7.2.4
  test('does not remember a value that was planted in the browser before', async () => {
    const planted = 'A'.repeat(43)
    const client = await signIn(user)
    client.cookies.set('atrium.browser', planted)
    await rewind()
    await verify(client, { code: code(), trust: 'on' })
    expect(client.cookies.get('atrium.browser')).not.toBe(planted)
    const attacker = new HttpClient()
    attacker.cookies.set('atrium.browser', planted)
    await attacker.submit('/login', labels.signIn, { email: user.email, password: user.password })
    expect(targetOf(await attacker.get('/private'))).toMatch(VERIFY)
  })

  test('sends a form that was opened before a factor was needed to the second step', async () => {
    const other = await signIn(user)
    await rewind()
    await verify(other, { code: code() })
    const form = await other.form('/private/settings', labels.save)
    await asSuperuser(
      `DELETE FROM session_proofs USING sessions, users WHERE session_hash = id_hash AND users.id = user_id AND email = $1`,
      [user.email],
    )
    const response = await expectUnchanged(() => other.post('/private/settings', { ...form, name: 'An attacker' }))
    expect(targetOf(response)).toMatch(VERIFY)
  })
})
