import { existsSync } from 'node:fs'
import { v7 as uuidv7 } from 'uuid'
import { DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { createAccount } from '@/lib/accounts/accounts'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { recordEvent } from '@/lib/audit/audit'
import { encryptSecret } from '@/lib/factors/keys'
import { storeRecoveryCodes } from '@/lib/factors/recovery-codes'
import { RECOVERY_CODES } from '@/lib/factors/schema'
import { textKeyOf } from '@/lib/factors/totp'
import { deviceIdFrom } from '@/lib/http/device-id'
import type { RequestInfo } from '@/lib/http/request-info'
import { inviteMembers } from '@/lib/invitations/invitations'
import { acceptPendingInvitation } from '@/lib/invitations/pending'
import { changeRole, removeMember } from '@/lib/memberships/memberships'
import type { Outcome } from '@/lib/outcome'
import { hashPassword } from '@/lib/password/password'
import { database, withAccount, withUser } from '@/lib/platform/db'
import type { Seed } from '@/lib/resource'
import { folderOf, RESOURCES } from '@/lib/resources'
import type { AccountScope, UserScope } from '@/lib/scope'
import { startSession } from '@/lib/sessions/sessions'
import { markEmailVerified } from '@/lib/users/users'
import { sendVerification } from '@/lib/users/verification'
import { ACCOUNTS, type Demo, PASSWORD, PEOPLE, SIGN_INS } from './demo'
import { type DemoClock, withDemoClock } from './demo-clock'

// Writes the demo data of ./demo.ts through the same functions as the pages, then the demo data of each resource, from
// lib/<resource>/seed.ts. Safe to run again: an account that exists stays as it is.

const SEED: RequestInfo = { ip: null, userAgent: 'npm run db:seed' }
const WITH_FACTOR = 'nils@heron.example'
const DEMO_CODES = Array.from({ length: RECOVERY_CODES }, (_, n) => `DEM0DEM0DEM0DEM${n}`)
const DEMO_SECRET = Buffer.from('a secret of the demo')
const OWNER_URL = process.env.DATABASE_OWNER_URL
const session = { id: 'demo', remembered: false, proofs: [], idleSeconds: 0, hasRecentAuth: true }

async function main(): Promise<void> {
  if (!OWNER_URL) throw new Error('DATABASE_OWNER_URL is required: only the role that owns the tables can date events')
  const passwordHash = await hashPassword(PASSWORD, SEED)
  await withDemoClock(OWNER_URL, async (clock) => {
    const accountIds: string[] = []
    const isNew = !(await findUser(ACCOUNTS[0]?.owner ?? ''))
    for (const demo of ACCOUNTS) {
      if (!(await findUser(demo.owner))) accountIds.push(await createDemo(demo, passwordHash, clock))
      if (Object.keys(demo.members).length) await seedResources(await scopesOf(demo), clock) // a new account is empty
    }
    if (isNew) await signIn(clock)
    await addAuthenticator(WITH_FACTOR)
    const users = await database().user.findMany({ where: { email: { in: Object.keys(PEOPLE) } }, select: { id: true } })
    return { accountIds, userIds: users.map(({ id }) => id) }
  })
  await appendPendingEvents() // their dates are in the past, so verification would report them as kept out of the chain
  const lines = ACCOUNTS.flatMap(({ name, owner, members }) => {
    const current = Object.entries(members).filter(([, { removed }]) => removed === undefined)
    return [[owner, 'OWNER'], ...current.map(([email, { role }]) => [email, role])].map(
      ([email = '', role = '']) => `  ${email.padEnd(26)}${role.padEnd(8)}${name}`,
    )
  })
  const key = textKeyOf(DEMO_SECRET)
  process.stdout.write(
    `Sign in as any of these, with the password "${PASSWORD}":\n${lines.join('\n')}\n${WITH_FACTOR} also needs a code. Key for an authenticator app: ${key}. Recovery code: ${DEMO_CODES[0]}\n`,
  )
}

/** Creates an account, its owner, its members, and its invitations, in the order in which they came. @returns its id */
async function createDemo(demo: Demo, passwordHash: string, clock: DemoClock): Promise<string> {
  const { name, owner, founded, isConfirmed, members, open } = demo
  const id = uuidv7()
  await clock.moveTo(founded, '08:30')
  const person = { id, email: owner, name: PEOPLE[owner]?.name ?? null, passwordHash }
  const event = { actorId: id, kind: 'user.registered', request: requestOf(owner) } as const
  done(
    await createAccount(name, { create: person }, event, async (tx) => {
      await sendVerification(tx, { id, email: owner })
      return null
    }),
  )
  if (!isConfirmed) return (await scopeIn(demo, owner)).account.id
  await confirm(id, owner)
  const owned = await scopeIn(demo, owner)
  const steps = [
    ...Object.entries(members).flatMap(([email, { invited, joined, role, removed }]) => [
      { day: invited, time: '09:10', run: () => inviteMembers(owned, { emails: [email], role: 'MEMBER' }, requestOf(owner)) },
      { day: joined, time: '10:25', run: () => join(email, passwordHash) },
      ...(role === 'MEMBER' ? [] : [{ day: joined, time: '15:40', run: () => promote(owned, email, role) }]),
      ...(removed ? [{ day: removed, time: '16:05', run: async () => removeMember(owned, (await user(email)).id, requestOf(owner)) }] : []),
    ]),
    ...Object.entries(open).map(([email, day]) => ({
      day,
      time: '11:20',
      run: () => inviteMembers(owned, { emails: [email], role: 'MEMBER' }, requestOf(owner)),
    })),
  ].sort((one, other) => other.day - one.day || one.time.localeCompare(other.time))
  for (const { day, time, run } of steps) {
    await clock.moveTo(day, time)
    done(await run())
  }
  return owned.account.id
}

async function confirm(id: string, email: string): Promise<void> {
  await withUser(id, async (tx) => {
    await markEmailVerified(tx, id)
    await tx.token.deleteMany({ where: { userId: id, purpose: 'email-verification' } })
    await recordEvent(tx, { kind: 'user.email-verified', userId: id, actorId: id, target: email, request: requestOf(email) })
  })
}

/** Accepts the invitation, after creating the person if they are new. */
async function join(email: string, passwordHash: string): Promise<Outcome<unknown>> {
  if (!(await findUser(email))) {
    const { id } = await database().user.create({
      data: { email, name: PEOPLE[email]?.name ?? null, passwordHash },
      select: { id: true },
    })
    await confirm(id, email)
  }
  const scope: UserScope = { session, user: await user(email) }
  const invitation = await withUser(scope.user.id, (tx) => tx.invitation.findFirst({ select: { id: true } }))
  if (!invitation) throw new Error(`No invitation for ${email}`)
  return acceptPendingInvitation(scope, invitation.id, requestOf(email))
}

async function promote(scope: AccountScope, email: string, role: Demo['members'][string]['role']): Promise<Outcome<unknown>> {
  return changeRole(scope, { userId: (await user(email)).id, role }, requestOf(scope.user.email))
}

/** Signs people in with several browsers, some of them again today. */
async function signIn(clock: DemoClock): Promise<void> {
  const devices = new Map<string, string>()
  for (const { email, daysAgo, time, ip, userAgent, remembered = false } of SIGN_INS) {
    const request = { ...requestOf(email), ...(ip ? { ip } : {}), ...(userAgent ? { userAgent } : {}) }
    const key = `${email} ${request.userAgent}`
    const id = deviceIdFrom(devices.get(key))
    await clock.moveTo(daysAgo, time)
    await startSession((await user(email)).id, { remembered, request, device: { id, notifyIfNew: Boolean(userAgent) } })
    devices.set(key, id)
  }
  await clock.moveTo(0.1)
  const { id } = await user('olga@heron.example')
  await database().session.updateMany({
    where: { userId: id, remembered: true, userAgent: PEOPLE['olga@heron.example']?.userAgent ?? '' },
    data: { lastSeenAt: new Date() },
  })
  await withUser(id, (tx) =>
    recordEvent(tx, { kind: 'session.refused', userId: id, actorId: null, request: requestOf('olga@heron.example') }),
  )
}

/** Returns the scopes of an account's members, as if they were signed in. The owner is the first. */
async function scopesOf(demo: Demo): Promise<[AccountScope, ...AccountScope[]]> {
  const emails = Object.entries(demo.members).flatMap(([email, { removed }]) => (removed === undefined ? [email] : []))
  return [await scopeIn(demo, demo.owner), ...(await Promise.all(emails.map((email) => scopeIn(demo, email))))]
}

/** Gives a member an authenticator app and recovery codes. The key and one code are printed. */
async function addAuthenticator(email: string): Promise<void> {
  const { id: userId } = await user(email)
  const secret = encryptSecret(DEMO_SECRET, { purpose: 'totp', userId })
  await withUser(userId, async (tx) => {
    await tx.totpFactor.createMany({ data: [{ userId, id: userId, secret, lastStep: 0 }], skipDuplicates: true })
    await storeRecoveryCodes(tx, userId, DEMO_CODES)
  })
}

async function scopeIn(demo: Demo, email: string): Promise<AccountScope> {
  const { id: ownerId } = await user(demo.owner)
  const { accountId } = await withUser(ownerId, (tx) =>
    tx.membership.findFirstOrThrow({ where: { userId: ownerId, role: 'OWNER' }, select: { accountId: true } }),
  )
  const account = await withAccount(accountId, (tx) =>
    tx.account.findFirstOrThrow({ where: { id: accountId }, select: { id: true, name: true, slug: true } }),
  )
  return {
    session,
    user: await user(email),
    account: { ...account, policy: DEFAULT_POLICY },
    membership: { role: email === demo.owner ? 'OWNER' : (demo.members[email]?.role ?? 'MEMBER') },
  }
}

async function seedResources([owner, ...members]: [AccountScope, ...AccountScope[]], clock: DemoClock): Promise<void> {
  for (const name of Object.keys(RESOURCES)) {
    const file = new URL(`../lib/${folderOf(name)}/seed.ts`, import.meta.url)
    if (!existsSync(file)) continue
    const { seed }: { seed: Seed } = await import(file.href)
    await seed(owner, requestOf(owner.user.email), { members, moveTo: clock.moveTo })
  }
}

const SELECTED = { id: true, email: true, name: true, emailVerified: true } as const
const findUser = (email: string) => database().user.findUnique({ where: { email }, select: SELECTED })
const user = (email: string) => database().user.findUniqueOrThrow({ where: { email }, select: SELECTED })

function requestOf(email: string): RequestInfo {
  const { ip, userAgent } = PEOPLE[email] ?? SEED
  return { ip, userAgent }
}

function done({ status, ...outcome }: Outcome<unknown>): void {
  if (status !== 'ok') throw new Error(`The demo data was refused: ${status} ${JSON.stringify(outcome)}`)
}

await main()
await database().$disconnect()
process.exit(0) // the hashing threads would keep the process running
