import { PrismaAdapter } from '@auth/prisma-adapter'
import { expect, test } from 'vitest'
import { authTables } from '@/lib/identities/identities'
import { asSuperuser } from '../../support/database'
import { unique } from '../../support/people'

const adapter = PrismaAdapter(authTables() as unknown as Parameters<typeof PrismaAdapter>[0])
const KEY = { provider: 'example', providerAccountId: unique('key') }

test("Auth.js's adapter finds people by an identity, and our identities hold no token", async () => {
  const email = `${unique('Oauth').toUpperCase()}@example.com`
  const user = await adapter.createUser?.({
    id: 'ignored',
    email,
    emailVerified: null,
    name: 'Ada',
    image: 'https://example.com/ada.png',
  } as never)
  expect(user).toMatchObject({ email: email.toLowerCase(), name: 'Ada' })
  await adapter.linkAccount?.({
    ...KEY,
    userId: user?.id ?? '',
    type: 'oauth',
    access_token: 'a secret',
    refresh_token: 'another',
  } as never)

  expect(await adapter.getUserByAccount?.(KEY)).toMatchObject({ id: user?.id, email: email.toLowerCase() })
  const [identity] = await asSuperuser('SELECT * FROM identities WHERE user_id = $1', [user?.id])
  expect(identity).toMatchObject({ provider: 'example', type: 'oauth' })
  expect(JSON.stringify(identity)).not.toContain('secret')

  await adapter.unlinkAccount?.(KEY)
  expect(await adapter.getUserByAccount?.(KEY)).toBeNull()
})
