import { randomBytes } from 'node:crypto'
import { register } from '@/lib/accounts/accounts'
import type { Role } from '@/lib/generated/prisma/enums'
import { type AccountScope, scopeOf, type UserScope } from '@/lib/scope'
import { startSession } from '@/lib/sessions/sessions'
import { asSuperuser } from './database'

export const PASSWORD = 'nine purple herons wading'
export const CLIENT = { ip: '192.0.2.7', userAgent: 'A test' }

/** A word that no other test uses. */
export function unique(word: string): string {
  return `${word}-${randomBytes(4).toString('hex')}`
}

/** Registers someone, as the form would. */
export async function registerPerson({
  accountName = unique('Account'),
  email = `${unique('person')}@example.com`,
  password = PASSWORD,
} = {}) {
  const registered = await register({ accountName, email, password }, CLIENT)
  if (!registered.ok) throw new Error(registered.refusal.message)
  return { ...registered.value, email, accountName, password }
}

/** Someone signed in, inside the account they own. */
export async function ownerScope(): Promise<AccountScope> {
  const { userId } = await registerPerson()
  const [account] = await asSuperuser<{ slug: string }>(
    'SELECT slug FROM accounts JOIN memberships ON account_id = id WHERE user_id = $1',
    [userId],
  )
  return scopeIn(account?.slug ?? '', userId)
}

/** Someone else signed in, in an account that is there, as what `role` says. Made by hand, for a password takes its time. */
export async function memberScope({ account }: AccountScope, role: Role, email = `${unique('member')}@example.com`): Promise<AccountScope> {
  const userId = await plainUser(email)
  await asSuperuser('INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, $3)', [account.id, userId, role])
  return scopeIn(account.slug, userId)
}

/** A person without a password. @returns their id */
export async function plainUser(email = `${unique('person')}@example.com`): Promise<string> {
  const [user] = await asSuperuser<{ id: string }>('INSERT INTO users (id, email) VALUES (gen_random_uuid(), $1) RETURNING id', [email])
  return user?.id ?? ''
}

/** A new session of a user, inside an account. */
export async function scopeIn(slug: string, userId: string): Promise<AccountScope> {
  const found = await scopeOf(await startSession(userId, { remembered: false, client: CLIENT }), slug)
  if (!found || !('account' in found.scope)) throw new Error('No scope')
  return found.scope
}

/** A new session of a user, inside no account. */
export async function userScope(userId: string): Promise<UserScope> {
  const found = await scopeOf(await startSession(userId, { remembered: false, client: CLIENT }), null)
  if (!found) throw new Error('No scope')
  return found.scope
}
