import { describe, expect, test } from 'vitest'
import { needsSecondFactor } from '@/lib/account-policies/policy'
import type { AccountPolicy, PolicyRule } from '@/lib/account-policies/schema'
import { DEFAULT_POLICY } from '@/lib/account-policies/schema'
import type { Role } from '@/lib/generated/prisma/enums'
import type { ProofMethod } from '@/lib/proofs/schema'
import { ROLES } from '@/lib/roles'
import { SHELL_FACTS } from '../registry/entries'
import { factsIn, knownFacts } from '../registry/facts'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, rolesFor, type ServedAccountRoute, urlOf } from '../registry/registry'
import { contentsOf, makeWorld, newSuffix, type World } from '../registry/world'
import { asSuperuser } from '../support/database'
import type { HttpResponse } from '../support/http-client'
import { setPolicy } from '../support/policies'

// Every page, handler, and action of an account × its policy × the proofs of the session × the role. The expected rules are
// written by hand for each pair of a policy and proofs.

type Session = { proofs: ProofMethod[]; ageHours?: number; idleHours?: number }

const SESSIONS: Record<string, Session> = {
  'a password': { proofs: ['password'] },
  'an old password': { proofs: ['password'], ageHours: 3 },
  'an unused session': { proofs: ['password'], idleHours: 0.4 },
  'a code': { proofs: ['password', 'totp'] },
  'a recovery code': { proofs: ['password', 'recovery_code'] },
}

const SECOND: PolicyRule[] = ['second-factor']
const POLICIES: Record<string, [Partial<AccountPolicy>, Record<keyof typeof SESSIONS, PolicyRule[]>]> = {
  'no rule': [{}, { 'a password': [], 'an old password': [], 'an unused session': [], 'a code': [], 'a recovery code': [] }],
  'another network': [
    { ipRanges: ['203.0.113.0/24', '2001:db8::/32'] },
    {
      'a password': ['address'],
      'an old password': ['address'],
      'an unused session': ['address'],
      'a code': ['address'],
      'a recovery code': ['address'],
    },
  ],
  'this network': [
    { ipRanges: ['127.0.0.0/8', '::1/128'] },
    { 'a password': [], 'an old password': [], 'an unused session': [], 'a code': [], 'a recovery code': [] },
  ],
  'short sessions': [
    { absoluteHours: 2, idleMinutes: 15 },
    { 'a password': [], 'an old password': ['age'], 'an unused session': ['idle'], 'a code': [], 'a recovery code': [] },
  ],
  'a second factor for everyone': [
    { secondFactor: 'everyone' },
    { 'a password': SECOND, 'an old password': SECOND, 'an unused session': SECOND, 'a code': [], 'a recovery code': [] },
  ],
  'a passkey for owners and admins': [
    { secondFactor: 'admins', factorMethods: ['passkey'] },
    { 'a password': SECOND, 'an old password': SECOND, 'an unused session': SECOND, 'a code': SECOND, 'a recovery code': [] },
  ],
}

async function setSessions({ callers }: World, { proofs, ageHours = 0, idleHours = 0 }: Session): Promise<void> {
  const users = ROLES.map((role) => callers[role].userId)
  await asSuperuser('DELETE FROM session_proofs USING sessions WHERE id_hash = session_hash AND user_id = ANY ($1)', [users])
  await asSuperuser(
    `INSERT INTO session_proofs (session_hash, method, proven_at)
     SELECT id_hash, method, now() - $3 * interval '1 hour' FROM sessions, unnest($2::text[]) AS method WHERE user_id = ANY ($1)`,
    [users, proofs, ageHours],
  )
  await asSuperuser(
    `UPDATE sessions SET last_seen_at = now() - $2 * interval '1 hour', longest_idle_seconds = $2 * 3600 WHERE user_id = ANY ($1)`,
    [users, idleHours],
  )
}

/** @returns the rules that are not met, which for a second factor depend on the role */
function expectedRules(policyName: string, session: string, role: Role): PolicyRule[] {
  const [policy, rules] = POLICIES[policyName] ?? [{}, {}]
  const asks = needsSecondFactor({ ...DEFAULT_POLICY, ...policy }, role)
  return (rules[session] ?? []).filter((rule) => rule !== 'second-factor' || asks)
}

const answerOf = ({ status, location, text }: HttpResponse) => `${status} ${location ?? ''}${status === 403 ? text : ''}`

function expectedAnswer({ path, kind }: ServedAccountRoute, url: string, rules: PolicyRule[], { own }: World): string {
  if (!rules.length || path.endsWith('/verify')) return '200 '
  const verify = `/private/accounts/${own.slug}/verify?callbackUrl=${encodeURIComponent(url)}`
  return kind === 'handler' ? `403 ${JSON.stringify({ error: 'account_policy_unmet', rules, verify })}` : `307 ${verify}`
}

const CASES = Object.keys(POLICIES).flatMap((policy) => Object.keys(SESSIONS).map((session) => [policy, session] as const))

test('covers every pair of a policy and proofs', () => {
  expect(CASES).toHaveLength(30)
  expect(CASES.length * ACCOUNT_ROUTES.length * ROLES.length).toBeGreaterThan(1_000)
})

// ASVS 8.2.4, 8.3.1, 8.4.1
describe.each(CASES)('an account with %s, in a session with %s', (policyName, sessionName) => {
  test('opens its pages and handlers only if the policy is met, and otherwise says what it requires and shows nothing else', async () => {
    const world = await makeWorld()
    await setPolicy(world.own.accountId, POLICIES[policyName]?.[0] ?? {})
    await setSessions(world, SESSIONS[sessionName] ?? { proofs: [] })
    const known = await knownFacts(world)
    const before = await contentsOf(world)
    for (const role of ROLES) {
      const rules = expectedRules(policyName, sessionName, role)
      // an account whose policy is met is the subject of matrix.test.ts, so one page is enough
      const routes = ACCOUNT_ROUTES.filter((route) => rolesFor(route).includes(role) && (rules.length > 0 || route.path.endsWith('[slug]')))
      for (const route of routes) {
        const url = urlOf(route.path, world.own, route.thing?.(world.own) ?? '')
        const response = await world.callers[role].client.get(url)
        expect([role, url, answerOf(response)]).toEqual([role, url, expectedAnswer(route, url, rules, world)])
        const shown = rules.length ? factsIn(response.text, url, known, role, world).filter((fact) => !SHELL_FACTS.includes(fact)) : []
        expect([role, url, shown]).toEqual([role, url, []])
      }
    }
    expect(await contentsOf(world)).toBe(before)
  })
})

const REFUSED = CASES.filter(([policy, session]) => expectedRules(policy, session, 'OWNER').length > 0)

// ASVS 8.2.4, 8.3.1
test.each(REFUSED)('no action runs in an account with %s, in a session with %s', async (policyName, sessionName) => {
  const world = await makeWorld({ offered: true })
  await setPolicy(world.own.accountId, POLICIES[policyName]?.[0] ?? {})
  await setSessions(world, SESSIONS[sessionName] ?? { proofs: [] })
  const before = await contentsOf(world)
  const { client } = world.callers.OWNER
  const byPassword = expectedRules(policyName, sessionName, 'OWNER').every((rule) => rule === 'idle' || rule === 'age')
  for (const { id, name, pages, thing, fields } of ACCOUNT_ACTIONS) {
    const sent = fields?.(thing?.(world.own) ?? '', { things: world.own, suffix: newSuffix() })
    const url = urlOf(pages[0] ?? '', world.own, world.own.memberId)
    const { status, text } = await callAction(client, { id, url, bound: [world.own.slug], fields: sent })
    expect([
      name,
      status,
      text.includes(byPassword ? '"proof":{"hasSecrets"' : '"message":"This account requires you to verify first.'),
    ]).toEqual([name, 200, true])
  }
  expect(await contentsOf(world)).toBe(before)
})

// ASVS 8.4.1
test('the policy of one account neither opens nor closes another account of the same session', async () => {
  const world = await makeWorld()
  const { userId, client } = world.callers.OWNER
  await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'MEMBER')`, [world.foreign.accountId, userId])
  const open = async () =>
    Promise.all([world.own, world.foreign].map(async ({ slug }) => (await client.get(`/private/accounts/${slug}`)).status))
  await setPolicy(world.own.accountId, { secondFactor: 'everyone', factorMethods: ['totp'] })
  expect(await open()).toEqual([307, 200])
  await setPolicy(world.foreign.accountId, { secondFactor: 'everyone', factorMethods: ['passkey'] })
  await setSessions(world, { proofs: ['password', 'totp'] })
  expect(await open()).toEqual([200, 307])
  const home = (await client.get('/private')).text
  expect([home.includes(world.own.name), home.includes(world.foreign.name), home.includes('verify to open')]).toEqual([true, true, true])
})
