import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { actionId, HttpClient, ORIGIN } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser } from '../support/new-user'
import { expectNoServerError, registerUser, words } from './attack'

// Invitation links. A token is enough to join an account, so it must resist theft, guessing, replay, and links that an
// attacker opens in the user's browser.

let host: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  host = await registerUser()
})

const COOKIE = `${ORIGIN.startsWith('https:') ? '__Host-' : ''}atrium.link`

/** Inserts an invitation to the host's account. @returns the invitation, with the token of its email */
async function invited(email = newUser().email) {
  const [account] = await asSuperuser<{ id: string; owner: string }>(
    `SELECT a.id, m.user_id AS owner FROM accounts a JOIN memberships m ON m.account_id = a.id WHERE a.slug = $1 AND m.role = 'OWNER'`,
    [host.slug],
  )
  const [id, token] = [randomUUID(), randomBytes(32).toString('base64url')]
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at) VALUES ($1, $2, $3, 'MEMBER', $4, now() + interval '1 day')`,
    [account?.id, id, email, account?.owner],
  )
  await asSuperuser(
    `INSERT INTO tokens (hash, purpose, email, account_id, invitation_id, expires_at) VALUES ($1, 'invitation', $2, $3, $4, now() + interval '1 day')`,
    [createHash('sha256').update(token).digest(), email, account?.id, id],
  )
  return { id, token, email }
}

async function opened(client: HttpClient, token: string) {
  const response = await client.get(`/invitations/${token}`)
  return client.get(response.location ?? '')
}

describe('an invitation link', () => {
  // ASVS 14.2.1
  test('moves its token from the URL to an HttpOnly cookie, and is not cached', async () => {
    const { token } = await invited()
    const client = new HttpClient()
    const response = await client.get(`/invitations/${token}`)
    expect([response.status, response.location]).toEqual([307, '/invitations/open'])
    expect(response.headers.get('cache-control')).toContain('no-store')
    const cookie = response.setCookies.find((line) => line.startsWith(`${COOKIE}=`)) ?? ''
    for (const part of ['HttpOnly', 'SameSite=lax', 'Path=/']) expect(cookie.toLowerCase()).toContain(part.toLowerCase())
    const page = await client.get('/invitations/open')
    expect(page.text).toContain(host.accountName)
    expect(page.text).not.toContain(token)
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  test('stays valid when an email scanner opens it again and again', async () => {
    const { token } = await invited()
    await expectUnchanged(async () => {
      for (let n = 0; n < 20; n += 1) await opened(new HttpClient(), token)
      await new HttpClient().request(`/invitations/${token}`, { method: 'HEAD' })
    })
    expect((await opened(new HttpClient(), token)).text).toContain(labels.signUpAndJoin)
  })

  test.each([
    ...words`open x ${'A'.repeat(42)} ${'A'.repeat(43)} ${'A'.repeat(44)} %00 ..%2f..%2fprivate ${'é'.repeat(43)} ${'x'.repeat(3000)}`,
  ])('rejects a made-up token without a server error: %j', async (token) => {
    const client = new HttpClient()
    const response = await expectUnchanged(() => client.get(`/invitations/${token}`))
    expectNoServerError(response)
    if (response.location) expectNoServerError(await client.get(response.location))
    expect(response.text).not.toContain(host.accountName)
  })

  test('rejects a made-up cookie', async () => {
    for (const value of ['', 'x', 'A'.repeat(43), 'é', '%00', 'x'.repeat(3000)]) {
      const client = new HttpClient()
      client.cookies.set(COOKIE, encodeURIComponent(value))
      const page = await client.get('/invitations/open')
      expectNoServerError(page)
      expect(page.text).toContain(labels.deadInvitation)
    }
  })
})

describe('the form "Create account and join"', () => {
  // ASVS 8.3.1, 15.3.3
  test('uses the email of the invitation, and ignores an email in the request', async () => {
    const { token, id, email } = await invited()
    const [client, other] = [new HttpClient(), newUser()]
    const hidden = { ...(await fieldsOf(client, token, labels.signUpAndJoin)), id }
    const response = await client.post(
      '/invitations/open',
      { ...hidden, email: other.email, role: 'OWNER', password: other.password },
      { timeoutMs: 20_000 },
    )
    expect([response.status, response.location]).toEqual([303, `/private/accounts/${host.slug}`])
    expect(await asSuperuser('SELECT email FROM users WHERE email = ANY ($1)', [[email, other.email]])).toEqual([{ email }])
    const [member] = await asSuperuser('SELECT m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email = $1', [email])
    expect(member).toEqual({ role: 'MEMBER' })
    expect(client.cookies.has(COOKIE)).toBe(false)
  })

  test('rejects the form after another invitation was opened in another tab', async () => {
    const [first, second] = [await invited(), await invited()]
    const client = new HttpClient()
    const hidden = await fieldsOf(client, first.token, labels.signUpAndJoin)
    await opened(client, second.token)
    const response = await expectUnchanged(() =>
      client.post('/invitations/open', { ...hidden, id: first.id, password: newUser().password }, { timeoutMs: 20_000 }),
    )
    expect(response.text).toContain(sentence('invitation-expired'))
  })

  // ASVS 2.3.4, 6.4.1
  test('creates one user when sent ten times at the same time', async () => {
    const { token, email } = await invited()
    const client = new HttpClient()
    const hidden = await fieldsOf(client, token, labels.signUpAndJoin)
    const responses = await Promise.all(
      Array.from({ length: 10 }, () =>
        client.copy().post('/invitations/open', { ...hidden, password: newUser().password }, { timeoutMs: 30_000 }),
      ),
    )
    for (const response of responses) expectNoServerError(response)
    expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(await asSuperuser('SELECT id FROM users WHERE email = $1', [email])).toHaveLength(1)
  })
})

describe('the button "Join"', () => {
  test('shows another signed-in user the invited email, and lets them sign out and return', async () => {
    const { token, email } = await invited()
    const other = (await registerUser()).client
    const page = await opened(other, token)
    expect(page.text).toContain(email)
    expect(page.text).not.toContain('Join this')
    const response = await other.submit('/invitations/open', labels.signOutAndContinue)
    expect(response.location).toBe('/invitations/open')
    expect((await other.get('/private')).status).toBe(307)
    expect((await other.get('/invitations/open')).text).toContain(labels.signUpAndJoin)
  })

  // ASVS 2.3.1, 8.2.2
  test('requires a session of the invited email', async () => {
    const guest = await registerUser()
    const { token, id } = await invited(guest.email)
    const hidden = await fieldsOf(guest.client.copy(), token, `Join ${host.accountName}`)
    const action = actionId(hidden)
    const signedOut = new HttpClient()
    await opened(signedOut, token)
    const sentAway = await expectUnchanged(() => signedOut.call('/invitations/open', action, [{ status: 'idle' }, '$K1'], { id }))
    expect(sentAway.headers.get('x-action-redirect')).toMatch(/^\/login\?/)
    const other = (await registerUser()).client
    await opened(other, token)
    const refused = await expectUnchanged(() => other.call('/invitations/open', action, [{ status: 'idle' }, '$K1'], { id }))
    expect(refused.text).toContain(sentence('invitation-for-another'))
    await opened(guest.client, token)
    const joined = await guest.client.post('/invitations/open', { ...hidden, id })
    expect(joined.location).toBe(`/private/accounts/${host.slug}`)
  })

  test('rejects requests from other sites', async () => {
    const guest = await registerUser()
    const { token, id } = await invited(guest.email)
    const hidden = await fieldsOf(guest.client, token, `Join ${host.accountName}`)
    const response = await expectUnchanged(() =>
      guest.client.post(
        '/invitations/open',
        { ...hidden, id },
        { origin: 'https://evil.example', headers: { 'sec-fetch-site': 'cross-site' } },
      ),
    )
    expect(response.status).toBe(403)
  })
})

async function fieldsOf(client: HttpClient, token: string, button: string): Promise<Record<string, string>> {
  await opened(client, token)
  return client.form('/invitations/open', button)
}
