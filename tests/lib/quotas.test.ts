import { describe, expect, test, vi } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { limitReached } from '@/lib/outcome'
import { asSuperuser } from '../support/database'
import { endLimits } from '../support/limits'
import { createUser, ownerScope, REQUEST, unique } from '../support/people'

vi.hoisted(() => {
  process.env.MAX_PENDING_INVITATIONS = '5'
  process.env.MAX_PROJECTS = '5'
})
const { createOwnAccount } = await import('@/lib/accounts/accounts')
const { RateLimited } = await import('@/lib/http/limits/rate-limited')
const { inviteMembers } = await import('@/lib/invitations/invitations')
const { createProject } = await import('@/lib/projects/projects')
const { startSession } = await import('@/lib/sessions/sessions')

/** Runs `fn` ten times at once. @returns the successes, and the first refusal or error */
async function tenTimes(fn: (n: number) => Promise<{ status: string }>) {
  const results = await Promise.all(Array.from({ length: 10 }, (_, n) => fn(n).catch((error: unknown) => error as { status: string })))
  return { successes: results.filter(({ status }) => status === 'ok').length, refusal: results.find(({ status }) => status !== 'ok') }
}

// ASVS 2.4.1, 15.4.2
describe('of ten simultaneous requests', () => {
  test('a user creates five accounts in an hour, and never owns more than twenty', async () => {
    const scope = await ownerScope()
    await endLimits(`account:user:${scope.user.id}`, 0)
    const create = () => tenTimes(() => createOwnAccount(scope, { accountName: unique('Account') }, REQUEST))
    const first = await create()
    expect(first).toEqual({ successes: 5, refusal: expect.any(RateLimited) })
    for (const successes of [5, 5, 4]) {
      await endLimits(`account:user:${scope.user.id}`, 0)
      expect((await create()).successes).toBe(successes)
    }
    await endLimits(`account:user:${scope.user.id}`, 0)
    expect(await createOwnAccount(scope, { accountName: unique('Account') }, REQUEST)).toEqual(
      limitReached('accounts', message('accounts-full', { max: 20 })),
    )
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

  test('an account gets five projects', async () => {
    const scope = await ownerScope()
    const { successes, refusal } = await tenTimes(() => createProject(scope, { name: unique('Project') }, REQUEST))
    expect([successes, refusal]).toEqual([5, limitReached('projects', message('projects-full', { max: 5 }))])
    expect(await asSuperuser('SELECT FROM projects WHERE account_id = $1', [scope.account.id])).toHaveLength(5)
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

test('each quota has a sentence that says so', () => {
  expect(sentence(message('sessions-quota', { max: 100 }))).toBe('You can have up to 100 sessions. A new sign-in then ends the oldest one.')
  expect(sentence(message('projects-full', { max: 5 }))).toBe('An account can have up to 5 projects. Delete one to create another.')
})
