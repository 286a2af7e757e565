import { PrismaAdapter } from '@auth/prisma-adapter'
import { expect, test } from 'vitest'
import { authTables } from '@/lib/identities/identities'
import { asSuperuser, countRows } from '../../support/database'
import { createUser, unique } from '../../support/people'

const adapter = PrismaAdapter(authTables() as unknown as Parameters<typeof PrismaAdapter>[0])
const KEY = { provider: 'example', providerAccountId: unique('key') }

test("the Auth.js adapter finds a user by identity, and stores none of the provider's tokens", async () => {
  const email = `${unique('oauth')}@example.com`
  const userId = await createUser(email)
  await adapter.linkAccount?.({
    ...KEY,
    userId,
    type: 'oauth',
    access_token: 'a secret',
    refresh_token: 'another',
  } as never)

  expect(await adapter.getUserByAccount?.(KEY)).toMatchObject({ id: userId, email })
  const [identity] = await asSuperuser('SELECT * FROM identities WHERE user_id = $1', [userId])
  expect(identity).toMatchObject({ provider: 'example', type: 'oauth' })
  expect(JSON.stringify(identity)).not.toContain('secret')

  await adapter.unlinkAccount?.(KEY)
  expect(await adapter.getUserByAccount?.(KEY)).toBeNull()
})

test('the Auth.js adapter creates no user, so a provider cannot bypass SIGN_UP', async () => {
  const before = await countRows()
  const wanted = { id: 'ignored', email: `${unique('oauth')}@example.com`, emailVerified: null }
  await expect(adapter.createUser?.(wanted as never)).rejects.toThrow('Auth.js must not create users')
  expect(await countRows()).toEqual(before)
})
