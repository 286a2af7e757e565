import { beforeAll, describe, expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { readHome } from '@/lib/accounts/home'
import { listSwitcherAccounts } from '@/lib/accounts/list'
import { listEvents } from '@/lib/audit/list'
import { deviceIdFrom } from '@/lib/http/device-id'
import { consumeLimit } from '@/lib/http/limits/limits'
import { listInvitations } from '@/lib/invitations/invitations'
import { listMembers } from '@/lib/memberships/list'
import { readOverview } from '@/lib/overview/overview'
import { searchAccount } from '@/lib/search/search'
import { type AccountScope, scopeOf, type UserScope } from '@/lib/session-scope'
import { startSession } from '@/lib/sessions/sessions'
import { planDeletion } from '@/lib/users/deletion'
import { requestSignInLink } from '@/lib/users/email-sign-in'
import { requestPasswordReset } from '@/lib/users/password-reset'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../support/database'
import { invite } from '../support/invitations'
import { ownerScope, PASSWORD, REQUEST, unique } from '../support/people'
import { expectFewRows, nestedPlans, statementsOf } from '../support/statements'

// Counts the statements of each read, transaction control included, and checks that none scans a table.

const MANY = 5_000

let scope: AccountScope
beforeAll(async () => {
  await asSuperuser(
    `WITH people AS (INSERT INTO users (id, email) SELECT gen_random_uuid(), 'u' || n || '@crowd.example' FROM generate_series(1, ${MANY}) n RETURNING id),
     made AS (INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), id, id, id FROM people RETURNING id, slug),
     joined AS (INSERT INTO memberships (account_id, user_id, role) SELECT id, slug::uuid, 'OWNER' FROM made),
     invited AS (INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
       SELECT id, gen_random_uuid(), slug || '@crowd.example', 'MEMBER', slug::uuid, now() + '1 d' FROM made),
     opened AS (INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at) SELECT sha256(id::text::bytea), id, false, now() + '1 h', now() + '1 d' FROM people RETURNING id_hash),
     stored_proof AS (INSERT INTO session_proofs (session_hash, method) SELECT id_hash, 'password' FROM opened),
     browsers AS (INSERT INTO remembered_browsers (user_id, id_hash, handle, expires_at)
       SELECT id, sha256(id::text::bytea), gen_random_uuid(), now() + '1 d' FROM people),
     resets AS (INSERT INTO factor_resets (user_id) SELECT id FROM people),
     known AS (INSERT INTO devices (user_id, id_hash) SELECT id, sha256(id::text::bytea) FROM people)
     INSERT INTO limits (key, points, expire) SELECT id, 1, 0 FROM people`,
  )
  await asSuperuser(`INSERT INTO audit_events (account_id, id, kind) SELECT id, gen_random_uuid(), 'account.created' FROM accounts`)
  scope = await ownerScope()
  await asSuperuser('ANALYZE')
})

// ASVS 6.3.8
test.each<[string, (email: string, work: { request: typeof REQUEST; defer: () => void }) => Promise<unknown>]>([
  ['a reset link', (email, work) => requestPasswordReset({ email, callbackUrl: '/private' }, work)],
  [
    'a sign-in link',
    (email, work) => requestSignInLink({ email, callbackUrl: '/private' }, { ...work, deviceId: deviceIdFrom(undefined) }),
  ],
])('requesting %s sends the same statements before the answer for a known and an unknown email', async (_, request) => {
  const sent = async (email: string) =>
    (await statementsOf(() => request(email, { request: REQUEST, defer: () => undefined }))).map(({ sql }) => sql)
  expect(await sent(scope.user.email)).toEqual(await sent('unknown@crowd.example'))
})

describe('the number of statements', () => {
  const READS: [string, number, (scope: AccountScope) => Promise<unknown>][] = [
    ['the scope', 1, ({ session, account }) => scopeOf(session.id, account.slug)],
    ['the accounts to switch between', 1, (scope) => listSwitcherAccounts(scope, scope.account.slug)],
    ['Home: accounts, invitations, and deleted accounts', 1, (scope) => readHome(scope, REQUEST)],
    ['a search of an account', 2, (scope) => searchAccount(scope, 'heron')],
    ['the plan of a user deletion', 4, planDeletion],
    ['an account’s overview', 2, readOverview],
    ['a page of members, with their count and the offer of ownership', 2, (scope) => listMembers(scope, { search: '' })],
    ['a page of invitations', 2, (scope) => listInvitations(scope)],
    ['a page of the audit trail', 2, (scope) => listEvents(scope, {})],
    ['a sign-in', 11, signIn],
    ['a registration', 14, signUp],
    ['a limit', 1, ({ session }) => consumeLimit('proof', { sessionId: session.id })],
  ]
  test.each(READS)('of %s is %i', async (_, count, read) => {
    expect((await statementsOf(() => read(scope))).map(({ sql }) => sql)).toHaveLength(count)
  })

  test('of Home does not depend on the number of invitations', async () => {
    for (let n = 0; n < 3; n += 1) await invite(await ownerScope(), 'MEMBER', scope.user.email)
    const sent = await statementsOf(async () => expect((await readHome(scope, REQUEST)).invitations).toHaveLength(3))
    expect(sent).toHaveLength(1)
  })
})

/** Signs in from a new browser, which sends the most statements. */
async function signIn({ user: { email } }: UserScope) {
  const device = deviceIdFrom(undefined)
  const user = await authenticate({ email, password: PASSWORD }, { request: REQUEST, device, defer: (work) => void work() })
  if (!user) throw new Error('Not signed in')
  const { userId, passwordHash } = user
  await startSession(userId, { passwordHash, remembered: false, request: REQUEST, device: { id: device, notifyIfNew: true } })
}

async function signUp() {
  await consumeLimit('registration', { request: REQUEST })
  const registered = await register({ accountName: unique('Team'), email: `${unique('new')}@example.com`, password: PASSWORD }, REQUEST)
  if (registered.status !== 'ok') throw new Error('Not registered')
  const device = { id: deviceIdFrom(undefined), notifyIfNew: false }
  await startSession(registered.value.userId, { remembered: false, request: REQUEST, device, isFirst: true })
}

describe('with many users and accounts, few rows are read', () => {
  test('to sign in', async () => {
    await expectFewRows('devices', { userId: scope.user.id }, async () => {
      await signIn(scope)
      await asSuperuser('DELETE FROM sessions WHERE user_id = $1', [scope.user.id]) // the statement is explained with the same ids
      await asSuperuser('DELETE FROM audit_events WHERE user_id = $1', [scope.user.id])
      await asSuperuser('DELETE FROM audit_pending WHERE trail_id = $1', [scope.user.id])
    })
  })

  const FUNCTIONS: [string, (scope: UserScope & AccountScope) => Promise<unknown>][] = [
    ['scope_of', ({ session, account }) => scopeOf(session.id, account.slug)],
    ['list_switcher_accounts', (scope) => listSwitcherAccounts(scope, scope.account.slug)],
    ['home_of', (scope) => readHome(scope, REQUEST)],
    ['plan_user_deletion', planDeletion],
    ['find_credential', signIn],
    ['lock_password_hash', signIn],
  ]
  test.each(FUNCTIONS)('inside the function %s', async (name, read) => {
    const statement = (await statementsOf(() => read(scope))).find(({ sql }) => sql.includes(name))
    const plans = await nestedPlans(statement ?? { sql: '', values: [] }, { userId: scope.user.id })
    expect(plans.join('\n')).toContain('Index')
    expect(plans.join('\n')).not.toContain('Seq Scan')
  })
})
