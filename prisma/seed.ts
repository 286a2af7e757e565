import { existsSync } from 'node:fs'
import { register } from '@/lib/accounts/accounts'
import type { Role } from '@/lib/generated/prisma/client'
import { inviteMembers } from '@/lib/invitations/invitations'
import { hashPassword } from '@/lib/password/password'
import { database, withAccount, withUser } from '@/lib/platform/db'
import type { Seed } from '@/lib/resource'
import { folderOf, RESOURCES } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'
import { markEmailVerified } from '@/lib/users/users'

// Demo data: two accounts, five users, every role, one user in both accounts, and two invitations, one of which has
// expired; then the demo data of each resource, from lib/<resource>/seed.ts. Safe to run again: it adds only what is missing.

const PASSWORD = 'seven quiet geese'
const REQUEST = { ip: null, userAgent: 'npm run db:seed' }

type Demo = {
  name: string
  owner: string
  members: Record<string, Role>
  pending: string[]
  expired: string[]
}

const ACCOUNTS: Demo[] = [
  {
    name: 'Heron Press',
    owner: 'olga@heron.example',
    members: { 'adam@heron.example': 'ADMIN', 'mina@heron.example': 'MEMBER', 'both@example.com': 'MEMBER' },
    pending: ['nora@heron.example'],
    expired: ['otto@heron.example'],
  },
  {
    name: 'Kingfisher Works',
    owner: 'karl@kingfisher.example',
    members: { 'both@example.com': 'ADMIN' },
    pending: [],
    expired: [],
  },
]

async function main(): Promise<void> {
  for (const demo of ACCOUNTS) {
    const accountId = await ensureAccount(demo.name, demo.owner)
    for (const [email, role] of Object.entries(demo.members)) await addMember(accountId, email, role)
    const scope = await scopeOfOwner(demo.owner, accountId)
    await invite(scope, demo)
    await seedResources(scope)
  }
  const lines = ACCOUNTS.flatMap(({ name, owner, members }) =>
    [[owner, 'OWNER'], ...Object.entries(members)].map(([email = '', role = '']) => `  ${email.padEnd(26)}${role.padEnd(8)}${name}`),
  )
  process.stdout.write(`Sign in as any of these, with the password "${PASSWORD}":\n${lines.join('\n')}\n`)
}

/** Creates the account and its owner, as the registration form would, if they are missing. @returns the account's id */
async function ensureAccount(name: string, owner: string): Promise<string> {
  const known = await database().user.findUnique({ where: { email: owner }, select: { id: true } })
  const userId = known?.id ?? (await registerOwner(name, owner))
  const { accountId } = await withUser(userId, (tx) =>
    tx.membership.findFirstOrThrow({ where: { userId, role: 'OWNER' }, select: { accountId: true } }),
  )
  return accountId
}

async function registerOwner(accountName: string, email: string): Promise<string> {
  const registered = await register({ accountName, email, password: PASSWORD }, REQUEST)
  if (registered.status !== 'ok') throw new Error(`Not registered: ${JSON.stringify(registered)}`)
  await withUser(registered.value.userId, (tx) => markEmailVerified(tx, registered.value.userId))
  return registered.value.userId
}

/** Returns the scope of the owner, as if they were signed in. */
async function scopeOfOwner(email: string, accountId: string): Promise<AccountScope> {
  const user = await database().user.findUniqueOrThrow({
    where: { email },
    select: { id: true, email: true, name: true, emailVerified: true },
  })
  const select = { id: true, name: true, slug: true } as const
  const account = await withAccount(accountId, (tx) => tx.account.findFirstOrThrow({ where: { id: accountId }, select }))
  return { session: { id: 'demo', remembered: false, hasRecentAuth: true }, user, account, membership: { role: 'OWNER' } }
}

async function invite(scope: AccountScope, { pending, expired }: Demo): Promise<void> {
  const { id: accountId } = scope.account
  const invited = await withAccount(accountId, (tx) => tx.invitation.findMany({ select: { email: true } }))
  const missing = [...pending, ...expired].filter((email) => !invited.some((invitation) => invitation.email === email))
  if (missing.length) await inviteMembers(scope, { emails: missing, role: 'MEMBER' }, REQUEST)
  await withAccount(
    accountId,
    (tx) =>
      tx.$executeRaw`UPDATE invitations SET expires_at = now() - interval '1 day' WHERE email = ANY (${expired}) AND expires_at > now()`,
  )
}

async function seedResources(scope: AccountScope): Promise<void> {
  for (const name of Object.keys(RESOURCES)) {
    const file = new URL(`../lib/${folderOf(name)}/seed.ts`, import.meta.url)
    if (!existsSync(file)) continue
    const { seed }: { seed: Seed } = await import(file.href)
    await seed(scope, REQUEST)
  }
}

async function addMember(accountId: string, email: string, role: Role): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD, REQUEST)
  const { id: userId } = await database().user.upsert({
    where: { email },
    create: { email, passwordHash, emailVerified: new Date() },
    update: {},
    select: { id: true },
  })
  await withAccount(accountId, (tx) => tx.membership.createMany({ data: [{ accountId, userId, role }], skipDuplicates: true }))
}

await main()
await database().$disconnect()
process.exit(0) // the hashing threads would keep the process running
