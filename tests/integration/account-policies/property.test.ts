import fc from 'fast-check'
import { encode } from 'next-auth/jwt'
import { expect, test, vi } from 'vitest'
import { changePolicy } from '@/lib/account-policies/change'
import { type AccountPolicy, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { sessionCookie } from '@/lib/auth.config'
import { confirmTotp, findEnrollment, startTotp } from '@/lib/factors/authenticator'
import { readFactors } from '@/lib/factors/list'
import { removeFactor } from '@/lib/factors/removal'
import { verifyFactor } from '@/lib/factors/verification'
import type { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { acceptPendingInvitation } from '@/lib/invitations/pending'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { mayEver, type Permission, POLICY } from '@/lib/policy'
import { ROLES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { type AccountScope, scopeOf, sessionOf } from '@/lib/session-scope'
import { startSession } from '@/lib/sessions/sessions'
import { asSuperuser } from '../../support/database'
import { totpCode } from '../../support/factors'
import { invite } from '../../support/invitations'
import { captureLog } from '../../support/log'
import { ownerScope, REQUEST } from '../../support/people'
import { addProof, ageProofs } from '../../support/proofs'

// Random steps of three people in two accounts, on policies, factors, roles, and memberships. After each, everyone sends a request
// to both accounts, for one permission after another. CI uses one seed; elsewhere each run has its own. A failure prints the seed
// and the steps.

const sent = vi.hoisted(() => ({ cookie: '', headers: new Headers() }))
vi.mock('next/headers', () => ({
  cookies: async () => ({ get: () => ({ value: sent.cookie }) }),
  headers: async () => sent.headers,
}))
vi.mock('next/server', () => ({ after: () => undefined }))
captureLog() // thousands of denials

const SEED = process.env.CI ? 20_261_130 : Date.now() % 2 ** 31
const MAX_STEPS = 40
const RUNS = 3 // a few seconds, or half a minute on a busy machine
const ADDRESSES = ['192.0.2.7', '198.51.100.7', '2001:db8::7']
const METHODS: AccountPolicy['factorMethods'][] = [['totp'], ['passkey'], ['totp', 'passkey']]
const PERMISSIONS = Object.keys(POLICY) as Permission[]

type Person = { userId: string; email: string; sessionId: string; secrets: Buffer[] }
type World = { people: Person[]; accounts: { id: string; slug: string }[] }

const index = (length: number) => fc.nat({ max: length - 1 })
const who = { person: index(3), account: index(2), address: index(ADDRESSES.length) }
/** None of the addresses is in the last range. */
const ranges = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string[]>([]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<string[]>(['192.0.2.0/24'], ['198.51.100.0/24', '2001:db8::/32'], ['203.0.113.0/24'], ['203.0.113.0/24']),
  },
)
const policyStep = fc
  .record({
    kind: fc.constant('policy' as const),
    ...who,
    isFounder: fc.boolean(),
    secondFactor: fc.constantFrom('none', 'admins', 'everyone'),
    methods: fc.constantFrom(...METHODS),
    hours: fc.constantFrom(null, 1),
    ranges,
  })
  .map((step) => (step.isFounder ? { ...step, person: step.account } : step)) // others can seldom change a policy
const ownStep = fc.record({ kind: fc.constantFrom('sign-in', 'sign-in', 'enroll', 'verify', 'verify', 'unenroll', 'wait'), ...who })
const roleStep = fc.record({ kind: fc.constant('role' as const), ...who, other: index(3), role: fc.constantFrom(...ROLES) })
const otherStep = fc.record({ kind: fc.constantFrom('remove', 'leave', 'invite', 'invite'), ...who, other: index(3) })
const anyStep = fc.oneof(
  { weight: 3, arbitrary: policyStep },
  { weight: 3, arbitrary: ownStep },
  { weight: 1, arbitrary: roleStep },
  { weight: 1, arbitrary: otherStep },
)
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never

const at = <T>(list: readonly T[], position: number) => list[position] as T
const signIn = ({ userId }: Person) => startSession(userId, { remembered: false, request: REQUEST })

const cookies = new Map<string, Promise<string>>()
function cookieOf(sessionId: string): Promise<string> {
  const made =
    cookies.get(sessionId) ?? encode({ token: { sid: sessionId }, secret: process.env.AUTH_SECRET ?? '', salt: sessionCookie().name })
  cookies.set(sessionId, made)
  return made
}

/** Sends a request. @returns its scope; null if it is redirected to sign-in or to the verification page, or gets a 404 */
async function enter({ sessionId }: Person, slug: string, ip: string, permission: Permission): Promise<AccountScope | null> {
  sent.cookie = await cookieOf(sessionId)
  sent.headers = new Headers({ 'x-atrium-path': `/private/accounts/${slug}`, 'x-forwarded-for': ip })
  return requireScope(slug, permission).catch((error: { digest?: string }) => {
    if (error.digest?.startsWith('NEXT_')) return null
    throw error
  })
}

async function verify(person: Person): Promise<void> {
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

async function perform({ people, accounts }: World, step: Step): Promise<void> {
  const person = at(people, step.person)
  const { slug } = at(accounts, step.account)
  const request = { ...REQUEST, ip: at(ADDRESSES, step.address) }
  await performAlone(person, step, request)
  const scope = await enter(person, slug, request.ip, 'account.view')
  if (scope) await performIn(scope, people, step, request)
}

async function performAlone(person: Person, step: Step, request: RequestInfo): Promise<void> {
  if (step.kind === 'sign-in') person.sessionId = await signIn(person)
  if (step.kind === 'verify') await verify(person)
  if (step.kind === 'wait') await ageProofs({ sessionId: person.sessionId }, '2 hours')
  if (step.kind === 'enroll') await enroll(person)
  if (step.kind === 'unenroll') {
    const scope = (await scopeOf(person.sessionId, null))?.scope
    const factor = scope && (await readFactors(scope)).totp[0]
    if (scope && factor && (await removeFactor(scope, { kind: 'totp', id: factor.id }, request)).status === 'ok') person.secrets.shift()
  }
}

async function performIn(scope: AccountScope, people: Person[], step: Step, request: RequestInfo): Promise<void> {
  if (step.kind === 'policy') {
    const { secondFactor, methods: factorMethods, hours: absoluteHours, ranges: ipRanges } = step
    await changePolicy(scope, { ...DEFAULT_POLICY, secondFactor, factorMethods, absoluteHours, ipRanges }, request)
  }
  if (step.kind === 'leave') await leaveAccount(scope, request)
  if (step.kind === 'role') await changeRole(scope, { userId: at(people, step.other).userId, role: step.role }, request)
  if (step.kind === 'remove') await removeMember(scope, at(people, step.other).userId, request)
  if (step.kind === 'invite') {
    const invited = at(people, step.other)
    const own = (await scopeOf(invited.sessionId, null))?.scope
    const sent = await invite(scope, 'OWNER', invited.email).catch(() => null)
    if (own && sent?.id) await acceptPendingInvitation(own, sent.id, request)
  }
}

/**
 * Weighs the stored policies and proofs again, without the code under test.
 * @returns the role of each person in each account that their session may use from an address
 */
async function rolesByRules({ people, accounts }: World, ip: string): Promise<Map<string, Role>> {
  const found = await asSuperuser<{ userId: string; accountId: string; role: Role }>(
    `SELECT m.user_id AS "userId", m.account_id AS "accountId", m.role::text AS role
       FROM memberships AS m JOIN sessions AS s ON s.user_id = m.user_id LEFT JOIN account_policies AS p ON p.account_id = m.account_id
      WHERE m.account_id = ANY ($1) AND s.id_hash = ANY (SELECT sha256(id::bytea) FROM unnest($2::text[]) AS id)
        AND (p.ip_ranges IS NULL OR cardinality(p.ip_ranges) = 0 OR $3::inet <<= ANY (p.ip_ranges))
        AND (p.absolute_hours IS NULL OR EXISTS (
              SELECT FROM session_proofs WHERE session_hash = s.id_hash AND proven_at > now() - p.absolute_hours * interval '1 hour'))
        AND (coalesce(p.second_factor, 'none') = 'none' OR (p.second_factor = 'admins' AND m.role NOT IN ('OWNER', 'ADMIN')) OR EXISTS (
              SELECT FROM session_proofs
               WHERE session_hash = s.id_hash AND (method = ANY (p.factor_methods) OR method = 'recovery_code')
                 AND (p.absolute_hours IS NULL OR proven_at > now() - p.absolute_hours * interval '1 hour')))
        AND (NOT EXISTS (SELECT FROM totp_factors WHERE user_id = m.user_id) OR EXISTS (
              SELECT FROM session_proofs WHERE session_hash = s.id_hash AND method IN ('totp', 'passkey', 'recovery_code')))`,
    [accounts.map(({ id }) => id), people.map(({ sessionId }) => sessionId), ip],
  )
  return new Map(found.map(({ userId, accountId, role }) => [userId + accountId, role]))
}

/** @returns whether a person gets into an account from some address, with a new session in which they verify a factor */
async function getsIn(person: Person, slug: string): Promise<boolean> {
  person.sessionId = await signIn(person)
  await (person.secrets.length ? verify(person) : enroll(person))
  for (const ip of ADDRESSES) if (await enter(person, slug, ip, 'account.change-policy')) return true
  await addProof(person.sessionId, { method: 'passkey', detail: { userVerified: true } }) // in place of a browser
  for (const ip of ADDRESSES) if (await enter(person, slug, ip, 'account.change-policy')) return true
  return false
}

/** @param enrolled who has an authenticator app from the start */
async function newWorld(enrolled: number[]): Promise<World> {
  const owners = [await ownerScope(), await ownerScope(), await ownerScope()]
  const accounts = owners.slice(0, 2).map(({ account }) => account)
  for (const [position, { id }] of accounts.entries())
    for (const other of owners.filter((_, each) => each !== position))
      await asSuperuser('INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, $3)', [id, other.user.id, 'ADMIN'])
  const people = owners.map(({ user, session }): Person => ({ userId: user.id, email: user.email, sessionId: session.id, secrets: [] }))
  for (const position of enrolled) await enroll(at(people, position))
  return { accounts, people }
}

const story = fc.record({
  enrolled: fc.subarray([0, 1, 2], { minLength: 1 }),
  steps: fc.array(anyStep, { minLength: MAX_STEPS / 2, maxLength: MAX_STEPS, size: 'max' }),
})

// ASVS 8.2.4, 8.3.1
test('no sequence of steps locks all owners out of an account, or lets a session use one whose policy refuses it', async ({ annotate }) => {
  await annotate(`seed ${SEED}`)
  const holds = fc.asyncProperty(story, async ({ enrolled, steps }) => {
    const world = await newWorld(enrolled)
    for (const [number, step] of steps.entries()) {
      await perform(world, step)
      const permission = at(PERMISSIONS, (number + SEED) % PERMISSIONS.length)
      const ip = at(ADDRESSES, step.address)
      const roles = await rolesByRules(world, ip)
      for (const person of world.people)
        for (const { id, slug } of world.accounts) {
          const role = roles.get(person.userId + id)
          const entered = await enter(person, slug, ip, permission)
          expect([permission, entered !== null]).toEqual([permission, role !== undefined && mayEver({ membership: { role } }, permission)])
        }
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
