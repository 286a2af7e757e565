import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { withUser } from '@/lib/platform/db'
import { consumeToken, findToken, issueTokens, type Purpose, voidUserTokens } from '@/lib/tokens/tokens'
import { asSuperuser } from '../../support/database'
import { plainUser, unique } from '../../support/people'

const PURPOSES: Purpose[] = ['invitation', 'email-verification', 'email-change', 'email-change-undo', 'password-reset', 'registration']
const HOUR_MS = 60 * 60 * 1000

async function issue(purpose: Purpose = 'password-reset', userId?: string) {
  const email = `${unique('ada')}@example.com`
  const [token = ''] = await withUser(userId ?? (await plainUser()), (tx) =>
    issueTokens(tx, purpose, HOUR_MS, [userId ? { email, userId } : { email }]),
  )
  return { email, token }
}

const consume = async (purpose: Purpose, token: string) => withUser(await plainUser(), (tx) => consumeToken(tx, purpose, token))
const endsIn = (token: string, interval: string) =>
  asSuperuser('UPDATE tokens SET expires_at = now() + $2::interval WHERE hash = $1', [
    createHash('sha256').update(token).digest(),
    interval,
  ])

describe('a token', () => {
  test('is stored as its hash alone', async () => {
    const { token } = await issue()
    const rows = await asSuperuser('SELECT tokens::text AS row FROM tokens')
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(rows)).toContain(createHash('sha256').update(token).digest('hex'))
  })

  test.each(PURPOSES)('of the purpose %s is worth nothing for another', async (purpose) => {
    const { token, email } = await issue(purpose)
    for (const other of PURPOSES.filter((each) => each !== purpose)) {
      expect([await findToken(other, token), await consume(other, token)]).toEqual([null, null])
    }
    expect(await consume(purpose, token)).toMatchObject({ email })
  })

  test.each([
    ['5 s', true],
    ['0 s', false],
  ])('that ends in %s works: %s', async (left, works) => {
    const { token } = await issue()
    await endsIn(token, left)
    expect((await findToken('password-reset', token)) !== null).toBe(works)
    expect((await consume('password-reset', token)) !== null).toBe(works)
  })

  test('can be looked at as often as one likes, and is used once', async () => {
    const userId = await plainUser()
    const { token, email } = await issue('password-reset', userId)
    const proof = { email, userId, accountId: null, invitationId: null, issuedAt: expect.any(Date) }
    expect([await findToken('password-reset', token), await findToken('password-reset', token)]).toEqual([proof, proof])
    expect([await consume('password-reset', token), await consume('password-reset', token)]).toEqual([proof, null])
  })

  test('of fifty who try at once, works for one', async () => {
    const { token } = await issue()
    const userId = await plainUser()
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => withUser(userId, (tx) => consumeToken(tx, 'password-reset', token))),
    )
    const outcomes = tries.map((each) => (each.status === 'fulfilled' ? each.value : null)) // a refused connection uses nothing up
    expect(outcomes.filter((proof) => proof !== null)).toHaveLength(1)
  })

  test('that nobody made, or that is none, is none', async () => {
    for (const token of ['', 'x', 'A'.repeat(43), 'A'.repeat(44), `${'A'.repeat(42)}\0`, "' OR 1=1 --"]) {
      expect([await findToken('password-reset', token), await consume('password-reset', token)]).toEqual([null, null])
    }
  })

  test('is void with the others of its person and purpose, and no other', async () => {
    const [mine, theirs] = [await plainUser(), await plainUser()]
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
