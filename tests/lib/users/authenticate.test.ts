import { describe, expect, test } from 'vitest'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../../support/database'
import { storeAtOldCost } from '../../support/passwords'
import { PASSWORD, REQUEST, registerPerson } from '../../support/people'

/** Runs what is put off at once, so that a test can look at it. */
function listening() {
  const later: Promise<void>[] = []
  return { later, options: { request: REQUEST, defer: (work: () => Promise<void>) => void later.push(work()) } }
}

describe('authenticating', () => {
  test('finds the user whom email and password prove', async () => {
    const { userId, email } = await registerPerson()
    expect(await authenticate({ email, password: PASSWORD }, listening().options)).toMatchObject({ userId })
  })

  test('finds nobody for a wrong password, and notes it in the trail of the one it was tried on', async () => {
    const { userId, email } = await registerPerson()
    const { later, options } = listening()
    expect(await authenticate({ email, password: 'something else' }, options)).toBeNull()
    await Promise.all(later)
    expect(await asSuperuser('SELECT kind, actor_id, ip FROM audit_events WHERE user_id = $1', [userId])).toEqual([
      { kind: 'session.refused', actor_id: null, ip: REQUEST.ip },
    ])
  })

  test.each(['nobody@example.com', '', 'a\0b@example.com', 'x'.repeat(900)])('finds nobody for the address %j', async (email) => {
    expect(await authenticate({ email, password: PASSWORD }, listening().options)).toBeNull()
  })

  test('finds nobody for a user who has no password', async () => {
    const { userId, email } = await registerPerson()
    await asSuperuser('UPDATE users SET password_hash = NULL WHERE id = $1', [userId])
    expect(await authenticate({ email, password: PASSWORD }, listening().options)).toBeNull()
  })

  test('makes a password of an old cost anew, once it is proven', async () => {
    const { userId, email } = await registerPerson()
    const old = await storeAtOldCost(userId, PASSWORD)
    expect(await authenticate({ email, password: 'something else' }, listening().options)).toBeNull()
    expect(await stored(userId)).toBe(old)
    expect(await authenticate({ email, password: PASSWORD }, listening().options)).toMatchObject({ userId })
    expect(await stored(userId)).toMatch(/^1\.[0-9a-f]{8}\.\$2b\$12\$/)
    expect(await authenticate({ email, password: PASSWORD }, listening().options)).toMatchObject({ userId })
  })
})

async function stored(userId: string) {
  const [user] = await asSuperuser<{ password_hash: string }>('SELECT password_hash FROM users WHERE id = $1', [userId])
  return user?.password_hash
}
