import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { registerUser } from './attack'

let user: Awaited<ReturnType<typeof registerUser>>
let exports: string[]
beforeAll(async () => {
  user = await registerUser()
  const account = `/private/accounts/${user.slug}`
  exports = ['/private/settings/data/export', `${account}/settings/export`, `${account}/audit/export`]
})

const recorded = () =>
  asSuperuser(`SELECT FROM audit_events JOIN users ON users.id = actor_id WHERE kind LIKE '%.exported' AND email = $1`, [user.email])

describe('an export', () => {
  // ASVS 3.5.1, 3.5.3, 3.5.8
  test('rejects requests from other sites, without Sec-Fetch-Site, and with HEAD, and records none of them', async () => {
    await expectUnchanged(async () => {
      for (const path of exports) {
        for (const site of ['cross-site', 'same-site', 'none'])
          expect((await user.client.get(path, { 'sec-fetch-site': site })).status, `${path} ${site}`).toBe(403)
        expect((await user.client.request(path)).status).toBe(403)
        const head = await user.client.request(path, { method: 'HEAD', headers: { 'sec-fetch-site': 'same-origin' } })
        expect([head.status, head.text]).toEqual([405, ''])
      }
    })
    for (const path of exports) expect((await user.client.get(path)).status).toBe(200)
    expect(await recorded()).toHaveLength(3)
  })

  // ASVS 2.4.1, 15.2.2
  test.each([
    ['user', `'user-export:user:' || id`, () => exports],
    ['account', `'account-export:account:' || account_id`, () => exports.filter((path) => path.startsWith('/private/accounts/'))],
  ])('runs one at a time per %s, and again once it has ended', async (_, key, paths) => {
    for (const path of paths()) {
      await asSuperuser(
        `INSERT INTO limits (key, points, expire) SELECT ${key}, 1, (extract(epoch FROM now()) * 1000)::bigint + 240000
           FROM users JOIN memberships ON user_id = id WHERE email = $1`,
        [user.email],
      )
      const response = await expectUnchanged(() => user.client.get(path))
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^2\d\d$/)])
      expect(response.text.trim()).toBe(sentence('export-running {"seconds":240}'))
      await asSuperuser(`DELETE FROM limits WHERE key LIKE '%-export:%'`)
      for (let n = 0; n < 2; n += 1) expect((await user.client.get(path)).status).toBe(200)
    }
  })
})
