import { describe, expect, test, vi } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { limitReached } from '@/lib/outcome'
import { asSuperuser } from '../support/database'
import { endLimits } from '../support/limits'
import { createUser, ownerScope, REQUEST, unique } from '../support/people'

vi.hoisted(() => {
  process.env.MAX_PENDING_INVITATIONS = '5'
})
const { createOwnAccount } = await import('@/lib/accounts/accounts')
const { RateLimited } = await import('@/lib/http/limits/rate-limited')
const { inviteMembers } = await import('@/lib/invitations/invitations')
const { startSession } = await import('@/lib/sessions/sessions')

/** Runs `fn` ten times at once. @returns the successes, and the first refusal or error */
async function tenTimes(fn: (n: number) => Promise<{ status: string }>) {
  const results = await Promise.all(Array.from({ length: 10 }, (_, n) => fn(n).catch((error: unknown) => error as { status: string })))
  return { successes: results.filter(({ status }) => status === 'ok').length, refusal: results.find(({ status }) => status !== 'ok') }
}

const ACCOUNTS_FULL = limitReached('accounts', message('accounts-full', { max: 20 }))

/** Registers a user, and inserts the other nineteen accounts that they may create. @returns their scope, and the ids of the nineteen */
async function userWithTwentyAccounts() {
  const scope = await ownerScope()
  const made = await asSuperuser<{ id: string }>(
    `WITH made AS (INSERT INTO accounts (id, name, name_key, slug, created_by)
       SELECT gen_random_uuid(), $1 || n, $1 || n, $1 || n, $2 FROM generate_series(1, 19) n RETURNING id)
     INSERT INTO memberships (account_id, user_id, role) SELECT id, $2, 'OWNER' FROM made RETURNING account_id AS id`,
    [unique('made'), scope.user.id],
  )
  return { scope, ids: made.map(({ id }) => id), create: () => createOwnAccount(scope, { accountName: unique('Account') }, REQUEST) }
}

// ASVS 2.4.1
describe('an account counts against the user who created it', () => {
  test('after its ownership is transferred', async () => {
    const { create, ids } = await userWithTwentyAccounts()
    await asSuperuser('UPDATE memberships SET user_id = $2 WHERE account_id = ANY ($1)', [ids, await createUser()])
    expect(await create()).toEqual(ACCOUNTS_FULL)
  })

  test('while it is deleted, until it is erased', async () => {
    const { create, ids } = await userWithTwentyAccounts()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = ANY ($1)', [ids])
    expect(await create()).toEqual(ACCOUNTS_FULL)
    await asSuperuser('DELETE FROM accounts WHERE id = $1', [ids[0]])
    expect(await create()).toMatchObject({ status: 'ok' })
    expect(await create()).toEqual(ACCOUNTS_FULL)
  })

  test('and not against a user to whom it was transferred', async () => {
    const { ids } = await userWithTwentyAccounts()
    const scope = await ownerScope()
    await asSuperuser('UPDATE memberships SET user_id = $2 WHERE account_id = ANY ($1)', [ids, scope.user.id])
    expect(await createOwnAccount(scope, { accountName: unique('Account') }, REQUEST)).toMatchObject({ status: 'ok' })
  })
})

// ASVS 2.4.1, 15.4.2
describe('of ten simultaneous requests', () => {
  test('a user creates five accounts in an hour, and twenty in all', async () => {
    const scope = await ownerScope()
    await endLimits(`account:user:${scope.user.id}`, 0) // ownerScope created an account
    const create = () => tenTimes(() => createOwnAccount(scope, { accountName: unique('Account') }, REQUEST))
    expect(await create()).toEqual({ successes: 5, refusal: expect.any(RateLimited) })
    for (const successes of [5, 5, 4]) {
      await endLimits(`account:user:${scope.user.id}`, 0)
      expect((await create()).successes).toBe(successes)
    }
    await endLimits(`account:user:${scope.user.id}`, 0)
    expect(await createOwnAccount(scope, { accountName: unique('Account') }, REQUEST)).toEqual(ACCOUNTS_FULL)
  })

  test('an account gets five pending invitations, and a list beyond that invites no one', async () => {
    const scope = await ownerScope()
    const invite = (...emails: string[]) => inviteMembers(scope, { emails, role: 'MEMBER' }, REQUEST)
    const { successes, refusal } = await tenTimes((n) => invite(`${unique(`a${n}`)}@example.com`))
    expect([successes, refusal]).toEqual([5, limitReached('invitations', message('invitations-full', { max: 5 }))])
    const [known] = await asSuperuser<{ email: string; id: string }>('SELECT email, id FROM invitations WHERE account_id = $1', [
      scope.account.id,
    ])
    expect(await invite(known?.email ?? '')).toMatchObject({ status: 'ok' }) // sends it again
    await asSuperuser('UPDATE invitations SET revoked_at = now() WHERE id = $1', [known?.id])
    const wanted = [`${unique('b')}@example.com`, `${unique('c')}@example.com`]
    expect(await invite(...wanted)).toMatchObject({ status: 'conflict' })
    expect(await asSuperuser('SELECT FROM invitations WHERE email = ANY ($1)', [wanted])).toEqual([])
    expect(await invite(wanted[0] ?? '')).toMatchObject({ status: 'ok' })
  })

  test('all sign in, and the oldest sessions beyond a hundred end', async () => {
    const userId = await createUser()
    await asSuperuser(
      `INSERT INTO sessions (id_hash, handle, user_id, remembered, created_at, idle_expires_at, expires_at)
       SELECT sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), $1, false, now() - n * interval '1 minute', now() + interval '1 hour', now() + interval '1 hour'
         FROM generate_series(1, 95) n`,
      [userId],
    )
    await Promise.all(Array.from({ length: 10 }, () => startSession(userId, { remembered: false, request: REQUEST })))
    const [left] = await asSuperuser<{ count: number; oldest: number }>(
      'SELECT count(*)::int, (extract(epoch FROM now() - min(created_at)) / 60)::int AS oldest FROM sessions WHERE user_id = $1',
      [userId],
    )
    expect(left).toEqual({ count: 100, oldest: 90 })
  })
})

test('the quota of sessions has a sentence that says so', () => {
  expect(sentence(message('sessions-quota', { max: 100 }))).toBe(
    'You can have up to 100 sessions. After that, a new sign-in ends the oldest one.',
  )
})
