import { encode } from 'next-auth/jwt'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { sessionCookie } from '@/lib/auth.config'
import { requireScope } from '@/lib/scope'
import type { AccountScope } from '@/lib/session-scope'
import { memberScope, ownerScope } from '../support/people'
import { setPolicy } from '../support/policies'

const request = vi.hoisted(() => ({ cookie: '', headers: new Headers() }))
vi.mock('next/headers', () => ({
  cookies: async () => ({ get: () => ({ value: request.cookie }) }),
  headers: async () => request.headers,
}))
vi.mock('next/server', () => ({ after: () => undefined }))

beforeEach(() => {
  request.headers = new Headers({ 'x-atrium-path': '/private/accounts/x/members' })
})

/** Sends a request with the session of a scope. @returns what Next makes of its end: the digest of a redirect or a 404 */
async function asks(scope: AccountScope, slug: string, permission: Parameters<typeof requireScope>[1]) {
  const { name } = sessionCookie()
  request.cookie = await encode({ token: { sid: scope.session.id }, secret: process.env.AUTH_SECRET ?? '', salt: name })
  return requireScope(slug, permission).then(
    ({ account }) => account.slug,
    (error: { digest?: string }) => error.digest ?? String(error),
  )
}

// ASVS 8.2.1, 8.2.4, 8.3.1
describe('requireScope', () => {
  test('opens an account to its members with the permission, and answers 404 to all others', async () => {
    const [owner, stranger] = [await ownerScope(), await ownerScope()]
    const member = await memberScope(owner, 'MEMBER')
    const { slug } = owner.account
    expect([await asks(owner, slug, 'audit.list'), await asks(member, slug, 'member.list')]).toEqual([slug, slug])
    for (const [scope, permission] of [
      [member, 'audit.list'],
      [stranger, 'account.view'],
    ] as const)
      expect(await asks(scope, slug, permission)).toMatch(/404/)
  })

  test('redirects a session that does not meet the policy to the verification page', async () => {
    const owner = await ownerScope()
    await setPolicy(owner.account.id, { secondFactor: 'everyone' })
    expect(await asks(owner, owner.account.slug, 'account.view')).toContain(`/private/accounts/${owner.account.slug}/verify`)
  })
})
