import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changePolicy } from '@/lib/account-policies/change'
import { type AccountPolicy, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { confirmTotp, findEnrollment, startTotp } from '@/lib/factors/authenticator'
import { readFactors } from '@/lib/factors/list'
import { removeFactor } from '@/lib/factors/removal'
import { verifyFactor } from '@/lib/factors/verification'
import type { RequestInfo } from '@/lib/http/request-info'
import { acceptPendingInvitation } from '@/lib/invitations/pending'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { ROLES } from '@/lib/roles'
import { unmetRules } from '@/lib/scope'
import { type AccountScope, scopeOf, sessionOf } from '@/lib/session-scope'
import { startSession } from '@/lib/sessions/sessions'
import { asSuperuser } from '../../support/database'
import { totpCode } from '../../support/factors'
import { invite } from '../../support/invitations'
import { ownerScope, REQUEST } from '../../support/people'
import { addProof } from '../../support/proofs'

// Random acts of three people in two accounts, on policies, factors, roles, and memberships. CI uses one seed; elsewhere each run
// has its own. A failure prints the seed and the acts.

const SEED = process.env.CI ? 20_261_130 : Date.now() % 2 ** 31
const MAX_ACTS = 40
const RUNS = 5 // a few seconds, or a minute on a busy machine
const ADDRESSES = ['192.0.2.7', '198.51.100.7', '2001:db8::7']
const RANGES = [[], ['192.0.2.0/24'], ['198.51.100.0/24', '2001:db8::/32'], ['203.0.113.0/24']] // the last contains none of them
const METHODS: AccountPolicy['factorMethods'][] = [['totp'], ['passkey'], ['totp', 'passkey']]

type Person = { userId: string; email: string; sessionId: string; secrets: Buffer[] }
type World = { people: Person[]; accounts: { id: string; slug: string }[] }

const index = (length: number) => fc.nat({ max: length - 1 })
const who = { person: index(3), account: index(2), address: index(ADDRESSES.length) }
const act = fc.oneof(
  fc.record({
    kind: fc.constant('policy' as const),
    ...who,
    secondFactor: fc.constantFrom('none', 'admins', 'everyone'),
    methods: fc.constantFrom(...METHODS),
    ranges: fc.constantFrom(...RANGES),
  }),
  fc.record({
    kind: fc.constantFrom('sign-in' as const, 'enroll' as const, 'prove' as const, 'unenroll' as const, 'leave' as const),
    ...who,
  }),
  fc.record({ kind: fc.constant('role' as const), ...who, other: index(3), role: fc.constantFrom(...ROLES) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'invite' as const), ...who, other: index(3) }),
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

const at = <T>(list: readonly T[], position: number) => list[position] as T
const signIn = ({ userId }: Person) => startSession(userId, { remembered: false, request: REQUEST })

/** @returns the scope that a request gets; null if it gets none, as requireScope decides */
async function enter({ sessionId }: Person, slug: string, ip: string): Promise<AccountScope | null> {
  const scope = (await scopeOf(sessionId, slug))?.scope
  return scope && 'account' in scope && !unmetRules(scope, { ...REQUEST, ip }).length ? scope : null
}

async function prove(person: Person): Promise<void> {
  const claim = (await sessionOf(person.sessionId, null))?.claim
  const [secret] = person.secrets
  if (!claim || !secret) return
  await asSuperuser('UPDATE totp_factors SET last_step = 0 WHERE user_id = $1', [person.userId])
  const verified = await verifyFactor(claim, { code: totpCode(secret), trust: false }, { request: REQUEST })
  if (verified.status === 'ok') person.sessionId = verified.value.sessionId
}

async function enroll(person: Person): Promise<void> {
  const scope = (await scopeOf(person.sessionId, null))?.scope
  if (!scope || (await startTotp(scope)).status !== 'ok') return
  const secret = await findEnrollment(scope)
  if (secret && (await confirmTotp(scope, { code: totpCode(secret) }, REQUEST)).status === 'ok') person.secrets.push(secret)
}

async function perform({ people, accounts }: World, step: Act): Promise<void> {
  const person = at(people, step.person)
  const { slug } = at(accounts, step.account)
  const request = { ...REQUEST, ip: at(ADDRESSES, step.address) }
  await performAlone(person, step, request)
  const scope = await enter(person, slug, request.ip)
  if (scope) await performIn(scope, people, step, request)
}

async function performAlone(person: Person, step: Act, request: RequestInfo): Promise<void> {
  if (step.kind === 'sign-in') person.sessionId = await signIn(person)
  if (step.kind === 'prove') await prove(person)
  if (step.kind === 'enroll') await enroll(person)
  if (step.kind === 'unenroll') {
    const scope = (await scopeOf(person.sessionId, null))?.scope
    const factor = scope && (await readFactors(scope)).totp[0]
    if (scope && factor && (await removeFactor(scope, { kind: 'totp', id: factor.id }, request)).status === 'ok') person.secrets.shift()
  }
}

async function performIn(scope: AccountScope, people: Person[], step: Act, request: RequestInfo): Promise<void> {
  if (step.kind === 'policy') {
    const { secondFactor, methods: factorMethods, ranges: ipRanges } = step
    await changePolicy(scope, { ...DEFAULT_POLICY, secondFactor, factorMethods, ipRanges }, request)
  }
  if (step.kind === 'leave') await leaveAccount(scope, request)
  if (step.kind === 'role') await changeRole(scope, { userId: at(people, step.other).userId, role: step.role }, request)
  if (step.kind === 'remove') await removeMember(scope, at(people, step.other).userId, request)
  if (step.kind === 'invite') {
    const invited = at(people, step.other)
    const own = (await scopeOf(invited.sessionId, null))?.scope
    const sent = await invite(scope, 'OWNER', invited.email).catch(() => null) // already a member
    if (own && sent) await acceptPendingInvitation(own, sent.id, request)
  }
}

/** Weighs the stored policy and proofs again, without the code under test. @returns whether the session may use the account */
async function mayUse({ sessionId, userId }: Person, accountId: string, ip: string): Promise<boolean> {
  const [found] = await asSuperuser<{ allowed: boolean }>(
    `SELECT coalesce(
              (cardinality(p.ip_ranges) = 0 OR p.ip_ranges IS NULL OR $3::inet <<= ANY (p.ip_ranges))
              AND (coalesce(p.second_factor, 'none') = 'none' OR (p.second_factor = 'admins' AND m.role = 'MEMBER')
                   OR EXISTS (SELECT FROM session_proofs WHERE session_hash = s.id_hash AND (method = ANY (p.factor_methods) OR method = 'recovery_code')))
              AND (NOT EXISTS (SELECT FROM totp_factors WHERE user_id = $1)
                   OR EXISTS (SELECT FROM session_proofs WHERE session_hash = s.id_hash AND method IN ('totp', 'passkey', 'recovery_code'))), false) AS allowed
       FROM memberships AS m JOIN sessions AS s ON s.user_id = m.user_id LEFT JOIN account_policies AS p ON p.account_id = m.account_id
      WHERE m.user_id = $1 AND m.account_id = $2 AND s.id_hash = sha256($4::bytea)`,
    [userId, accountId, ip, Buffer.from(sessionId)],
  )
  return found?.allowed ?? false
}

/** @returns whether a person gets into an account from some address, with a new session in which they prove or enroll what it asks for */
async function getsIn(person: Person, slug: string): Promise<boolean> {
  person.sessionId = await signIn(person)
  await (person.secrets.length ? prove(person) : enroll(person))
  for (const ip of ADDRESSES) if (await enter(person, slug, ip)) return true
  await addProof(person.sessionId, { method: 'passkey', detail: { userVerified: true } }) // in place of a browser
  for (const ip of ADDRESSES) if (await enter(person, slug, ip)) return true
  return false
}

async function newWorld(): Promise<World> {
  const owners = [await ownerScope(), await ownerScope(), await ownerScope()]
  const accounts = owners.slice(0, 2).map(({ account }) => account)
  for (const [position, { id }] of accounts.entries())
    for (const other of owners.filter((_, each) => each !== position))
      await asSuperuser('INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, $3)', [id, other.user.id, 'ADMIN'])
  return {
    accounts,
    people: owners.map(({ user, session }) => ({ userId: user.id, email: user.email, sessionId: session.id, secrets: [] })),
  }
}

// ASVS 8.2.4, 8.3.1
test('no sequence of acts locks all owners out of an account, or lets a session use one whose policy refuses it', async ({ annotate }) => {
  await annotate(`seed ${SEED}`)
  const holds = fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: MAX_ACTS }), async (acts) => {
    const world = await newWorld()
    for (const step of acts) {
      await perform(world, step)
      const [person, account] = [at(world.people, step.person), at(world.accounts, step.account)]
      const ip = at(ADDRESSES, step.address)
      expect((await enter(person, account.slug, ip)) !== null).toBe(await mayUse(person, account.id, ip))
    }
    for (const { id, slug } of world.accounts) {
      const rows = await asSuperuser<{ id: string }>(`SELECT user_id AS id FROM memberships WHERE account_id = $1 AND role = 'OWNER'`, [id])
      const owners = world.people.filter(({ userId }) => rows.some((row) => row.id === userId))
      const found: boolean[] = []
      for (const owner of owners) found.push(await getsIn(owner, slug))
      expect(found).toContain(true)
    }
  })
  await fc.assert(holds, { seed: SEED, numRuns: RUNS, endOnFailure: true })
}, 120_000)
