import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { withUser } from '@/lib/platform/db'
import { consumeToken, findToken, issueTokens, type Purpose, voidUserTokens } from '@/lib/tokens/tokens'
import { asSuperuser, NOW } from '../../support/database'
import { createUser, unique } from '../../support/people'

const PURPOSES: Purpose[] = [
  'invitation',
  'email-verification',
  'email-change',
  'email-change-undo',
  'password-reset',
  'registration',
  'sign-in',
]
const HOUR_MS = 60 * 60 * 1000

async function issue(purpose: Purpose = 'password-reset', userId?: string) {
  const email = `${unique('ada')}@example.com`
  const [token = ''] = await withUser(userId ?? (await createUser()), (tx) =>
    issueTokens(tx, purpose, HOUR_MS, [userId ? { email, userId } : { email }]),
  )
  return { email, token }
}

const consume = async (purpose: Purpose, token: string) => withUser(await createUser(), (tx) => consumeToken(tx, purpose, token))
const expireToken = (token: string, interval: string) =>
  asSuperuser(`UPDATE tokens SET expires_at = ${NOW} + $2::interval WHERE hash = $1`, [
    createHash('sha256').update(token).digest(),
    interval,
  ])

describe('a token', () => {
  // ASVS 6.4.1, 14.2.4
  test('is stored only as a hash', async () => {
    const { token } = await issue()
    const rows = await asSuperuser('SELECT tokens::text AS row FROM tokens')
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(rows)).toContain(createHash('sha256').update(token).digest('hex'))
  })

  // ASVS 9.2.2
  test.each(PURPOSES)('for %s is refused for every other purpose', async (purpose) => {
    const { token, email } = await issue(purpose)
    for (const other of PURPOSES.filter((candidate) => candidate !== purpose)) {
      expect([await findToken(other, token), await consume(other, token)]).toEqual([null, null])
    }
    expect(await consume(purpose, token)).toMatchObject({ email })
  })

  // ASVS 6.4.1
  test.each([
    ['5 s', true],
    ['0 s', false],
  ])('that expires in %s is valid: %s', async (left, isValid) => {
    const { token } = await issue()
    await expireToken(token, left)
    expect((await findToken('password-reset', token)) !== null).toBe(isValid)
    expect((await consume('password-reset', token)) !== null).toBe(isValid)
  })

  test('can be read repeatedly and consumed once', async () => {
    const userId = await createUser()
    const { token, email } = await issue('password-reset', userId)
    const found = { email, userId, accountId: null, invitationId: null, issuedAt: expect.any(Date) }
    expect([await findToken('password-reset', token), await findToken('password-reset', token)]).toEqual([found, found])
    expect([await consume('password-reset', token), await consume('password-reset', token)]).toEqual([found, null])
  })

  // ASVS 2.3.4, 6.4.1
  test('is consumed once when fifty requests try at the same time', async () => {
    const { token } = await issue()
    const userId = await createUser()
    const attempts = await Promise.allSettled(
      Array.from({ length: 50 }, () => withUser(userId, (tx) => consumeToken(tx, 'password-reset', token))),
    )
    const outcomes = attempts.map((attempt) => (attempt.status === 'fulfilled' ? attempt.value : null)) // a refused connection consumes no token
    expect(outcomes.filter((found) => found !== null)).toHaveLength(1)
  })

  test('is not found if it is malformed or was never issued', async () => {
    for (const token of ['', 'x', 'A'.repeat(43), 'A'.repeat(44), `${'A'.repeat(42)}\0`, "' OR 1=1 --"]) {
      expect([await findToken('password-reset', token), await consume('password-reset', token)]).toEqual([null, null])
    }
  })

  test('is voided by user and purpose, and other tokens stay valid', async () => {
    const [mine, theirs] = [await createUser(), await createUser()]
    const [reset, change, other] = [
      await issue('password-reset', mine),
      await issue('email-change', mine),
      await issue('password-reset', theirs),
    ]
    await withUser(mine, (tx) => voidUserTokens(tx, mine, ['password-reset']))
    expect(await findToken('password-reset', reset.token)).toBeNull()
    expect([await findToken('email-change', change.token), await findToken('password-reset', other.token)]).not.toContain(null)
  })
})
