import { register } from '@/lib/accounts/accounts'
import { asUser, database, inAccount } from '@/lib/db'
import type { Role } from '@/lib/generated/prisma/client'
import { hashPassword } from '@/lib/password/password'

// Demo data: two accounts, five people, every role, and one person in both accounts.
// Safe to run again: whoever is there already is left alone.

const PASSWORD = 'seven quiet geese'
const CLIENT = { ip: null, userAgent: 'npm run db:seed' }

const ACCOUNTS: { name: string; owner: string; members: Record<string, Role> }[] = [
  {
    name: 'Heron Press',
    owner: 'olga@heron.example',
    members: { 'adam@heron.example': 'ADMIN', 'mina@heron.example': 'MEMBER', 'both@example.com': 'MEMBER' },
  },
  { name: 'Kingfisher Works', owner: 'karl@kingfisher.example', members: { 'both@example.com': 'ADMIN' } },
]

async function main(): Promise<void> {
  for (const { name, owner, members } of ACCOUNTS) {
    const accountId = await accountOf(name, owner)
    for (const [email, role] of Object.entries(members)) await addMember(accountId, email, role)
  }
  const lines = ACCOUNTS.flatMap(({ name, owner, members }) =>
    [[owner, 'OWNER'], ...Object.entries(members)].map(([email = '', role = '']) => `  ${email.padEnd(26)}${role.padEnd(8)}${name}`),
  )
  process.stdout.write(`Sign in as any of these, with the password "${PASSWORD}":\n${lines.join('\n')}\n`)
}

/** The account and its owner, made as the registration form would. */
async function accountOf(name: string, owner: string): Promise<string> {
  const known = await database().user.findUnique({ where: { email: owner }, select: { id: true } })
  const userId = known?.id ?? (await registerOwner(name, owner))
  const { accountId } = await asUser(userId, (tx) =>
    tx.membership.findFirstOrThrow({ where: { userId, role: 'OWNER' }, select: { accountId: true } }),
  )
  return accountId
}

async function registerOwner(accountName: string, email: string): Promise<string> {
  const registered = await register({ accountName, email, password: PASSWORD }, CLIENT)
  if (!registered.ok) throw new Error(registered.refusal.message)
  return registered.value.userId
}

async function addMember(accountId: string, email: string, role: Role): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD)
  const { id: userId } = await database().user.upsert({
    where: { email },
    create: { email, passwordHash },
    update: {},
    select: { id: true },
  })
  await inAccount(accountId, (tx) => tx.membership.createMany({ data: [{ accountId, userId, role }], skipDuplicates: true }))
}

await main()
await database().$disconnect()
process.exit(0) // the hashing threads would linger
