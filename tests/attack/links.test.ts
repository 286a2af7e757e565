import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { actionId, Browser, changesNothing, expectNoFault, newPerson, ORIGIN, registered, words } from './browserless'

// The link of an invitation: whoever holds it comes in, so it is worth stealing, guessing, pressing twice, and planting.

let host: Awaited<ReturnType<typeof registered>>
beforeAll(async () => {
  host = await registered()
})

const COOKIE = `${ORIGIN.startsWith('https:') ? '__Host-' : ''}atrium.link`

/** An invitation to the host's account, and the token that its mail would carry. */
async function invited(email = newPerson().email) {
  const [account] = await asSuperuser<{ id: string; owner: string }>(
    'SELECT a.id, m.user_id AS owner FROM accounts a JOIN memberships m ON m.account_id = a.id WHERE a.slug = $1',
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

async function opened(browser: Browser, token: string) {
  const answer = await browser.get(`/invitations/${token}`)
  return browser.get(answer.location ?? '')
}

describe('the link', () => {
  test('leaves the address at once, is kept where no script reads it, and is not stored by anybody between', async () => {
    const { token } = await invited()
    const browser = new Browser()
    const answer = await browser.get(`/invitations/${token}`)
    expect([answer.status, answer.location]).toEqual([307, '/invitations/open'])
    expect(answer.headers.get('cache-control')).toContain('no-store')
    const cookie = answer.cookies.find((line) => line.startsWith(`${COOKIE}=`)) ?? ''
    for (const part of ['HttpOnly', 'SameSite=lax', 'Path=/']) expect(cookie.toLowerCase()).toContain(part.toLowerCase())
    const page = await browser.get('/invitations/open')
    expect(page.text).toContain(host.accountName)
    expect(page.text).not.toContain(token)
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  test('looked at a hundred times, by a scanner of mail say, is still good: to look changes nothing', async () => {
    const { token } = await invited()
    await changesNothing(async () => {
      for (let n = 0; n < 20; n += 1) await opened(new Browser(), token)
      await new Browser().request(`/invitations/${token}`, { method: 'HEAD' })
    })
    expect((await opened(new Browser(), token)).text).toContain('Create account and join')
  })

  test.each([
    ...words`open x ${'A'.repeat(42)} ${'A'.repeat(43)} ${'A'.repeat(44)} %00 ..%2f..%2fprivate ${'é'.repeat(43)} ${'x'.repeat(3000)}`,
  ])('made up as %j, leads to nothing and is no fault', async (token) => {
    const browser = new Browser()
    const answer = await changesNothing(() => browser.get(`/invitations/${token}`))
    expectNoFault(answer)
    if (answer.location) expectNoFault(await browser.get(answer.location))
    expect(answer.text).not.toContain(host.accountName)
  })

  test('a made-up cookie proves nothing', async () => {
    for (const value of ['', 'x', 'A'.repeat(43), 'é', '%00', 'x'.repeat(3000)]) {
      const browser = new Browser()
      browser.jar.set(COOKIE, encodeURIComponent(value))
      const page = await browser.get('/invitations/open')
      expectNoFault(page)
      expect(page.text).toContain('This invitation has ended')
    }
  })
})

describe('the form "Create account and join"', () => {
  test('takes the address of the invitation, whatever else is sent', async () => {
    const { token, id, email } = await invited()
    const [browser, other] = [new Browser(), newPerson()]
    const hidden = { ...(await fieldsOf(browser, token, 'Create account and join')), id }
    const answer = await browser.post(
      '/invitations/open',
      { ...hidden, email: other.email, role: 'OWNER', password: other.password },
      { withinMs: 20_000 },
    )
    expect([answer.status, answer.location]).toEqual([303, `/private/accounts/${host.slug}`])
    expect(await asSuperuser('SELECT email FROM users WHERE email = ANY ($1)', [[email, other.email]])).toEqual([{ email }])
    const [member] = await asSuperuser('SELECT m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email = $1', [email])
    expect(member).toEqual({ role: 'MEMBER' })
    expect(browser.jar.has(COOKIE)).toBe(false)
  })

  test('of one invitation does not spend the link of another, opened since in another tab', async () => {
    const [first, second] = [await invited(), await invited()]
    const browser = new Browser()
    const hidden = await fieldsOf(browser, first.token, 'Create account and join')
    await opened(browser, second.token)
    const answer = await changesNothing(() =>
      browser.post('/invitations/open', { ...hidden, id: first.id, password: newPerson().password }, { withinMs: 20_000 }),
    )
    expect(answer.text).toContain('can no longer be used')
  })

  test('ten times at once, makes one person', async () => {
    const { token, email } = await invited()
    const browser = new Browser()
    const hidden = await fieldsOf(browser, token, 'Create account and join')
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        browser.copy().post('/invitations/open', { ...hidden, password: newPerson().password }, { withinMs: 30_000 }),
      ),
    )
    for (const answer of answers) expectNoFault(answer)
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(await asSuperuser('SELECT id FROM users WHERE email = $1', [email])).toHaveLength(1)
  })
})

describe('the button "Join"', () => {
  test('is for the one invited: another is told so, and "Sign out and go on" brings them back as nobody', async () => {
    const { token, email } = await invited()
    const other = (await registered()).browser
    const page = await opened(other, token)
    expect(page.text).toContain(email)
    expect(page.text).not.toContain('Join this')
    const answer = await other.submit('/invitations/open', 'Sign out and go on')
    expect(answer.location).toBe('/invitations/open')
    expect((await other.get('/private')).status).toBe(307)
    expect((await other.get('/invitations/open')).text).toContain('Create account and join')
  })

  test('asks for someone signed in, and for their own address', async () => {
    const guest = await registered()
    const { token, id } = await invited(guest.email)
    const hidden = await fieldsOf(guest.browser.copy(), token, `Join ${host.accountName}`)
    const action = actionId(hidden)
    const nobody = new Browser()
    await opened(nobody, token)
    const sentAway = await changesNothing(() => nobody.call('/invitations/open', action, [{ status: 'idle' }, '$K1'], { id }))
    expect(sentAway.headers.get('x-action-redirect')).toMatch(/^\/login\?/)
    const other = (await registered()).browser
    await opened(other, token)
    const refused = await changesNothing(() => other.call('/invitations/open', action, [{ status: 'idle' }, '$K1'], { id }))
    expect(refused.text).toContain('for another email address')
    await opened(guest.browser, token)
    const joined = await guest.browser.post('/invitations/open', { ...hidden, id })
    expect(joined.location).toBe(`/private/accounts/${host.slug}`)
  })

  test('pressed from another site does nothing', async () => {
    const guest = await registered()
    const { token, id } = await invited(guest.email)
    const hidden = await fieldsOf(guest.browser, token, `Join ${host.accountName}`)
    const answer = await changesNothing(() =>
      guest.browser.post(
        '/invitations/open',
        { ...hidden, id },
        { origin: 'https://evil.example', headers: { 'sec-fetch-site': 'cross-site' } },
      ),
    )
    expect(answer.status).toBe(403)
  })
})

async function fieldsOf(browser: Browser, token: string, button: string): Promise<Record<string, string>> {
  await opened(browser, token)
  return browser.form('/invitations/open', button)
}
