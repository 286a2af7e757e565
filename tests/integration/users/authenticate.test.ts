import { describe, expect, test } from 'vitest'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../../support/database'
import { storeAtOldCost } from '../../support/passwords'
import { PASSWORD, REQUEST, registerUser } from '../../support/people'

/** Options whose deferred work starts immediately, so that a test can await it. */
function withDeferred() {
  const deferred: Promise<void>[] = []
  return { deferred, options: { request: REQUEST, defer: (work: () => Promise<void>) => void deferred.push(work()) } }
}

describe('authenticate', () => {
  test('returns the user for the right email and password', async () => {
    const { userId, email } = await registerUser()
    expect(await authenticate({ email, password: PASSWORD }, withDeferred().options)).toMatchObject({ userId })
  })

  // ASVS 16.3.1
  test("returns null for a wrong password, and records the failure in the user's trail", async () => {
    const { userId, email } = await registerUser()
    const { deferred, options } = withDeferred()
    expect(await authenticate({ email, password: 'something else' }, options)).toBeNull()
    await Promise.all(deferred)
    expect(await asSuperuser('SELECT kind, actor_id, ip FROM audit_events WHERE user_id = $1', [userId])).toEqual([
      { kind: 'session.refused', actor_id: null, ip: REQUEST.ip },
    ])
  })

  test.each(['unknown@example.com', '', 'a\0b@example.com', 'x'.repeat(900)])('returns null for the email %j', async (email) => {
    expect(await authenticate({ email, password: PASSWORD }, withDeferred().options)).toBeNull()
  })

  test('returns null for a user without a password', async () => {
    const { userId, email } = await registerUser()
    await asSuperuser('UPDATE users SET password_hash = NULL WHERE id = $1', [userId])
    expect(await authenticate({ email, password: PASSWORD }, withDeferred().options)).toBeNull()
  })

  // ASVS 11.2.2
  test('rehashes a password of a lower cost after the right password only', async () => {
    const { userId, email } = await registerUser()
    const old = await storeAtOldCost(userId, PASSWORD)
    expect(await authenticate({ email, password: 'something else' }, withDeferred().options)).toBeNull()
    expect(await storedHash(userId)).toBe(old)
    expect(await authenticate({ email, password: PASSWORD }, withDeferred().options)).toMatchObject({ userId })
    expect(await storedHash(userId)).toMatch(/^1\.[0-9a-f]{8}\.\$2b\$12\$/)
    expect(await authenticate({ email, password: PASSWORD }, withDeferred().options)).toMatchObject({ userId })
  })
})

async function storedHash(userId: string) {
  const [user] = await asSuperuser<{ password_hash: string }>('SELECT password_hash FROM users WHERE id = $1', [userId])
  return user?.password_hash
}
