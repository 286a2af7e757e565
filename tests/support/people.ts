import { randomBytes } from 'node:crypto'
import { createOwnAccount, register } from '@/lib/accounts/accounts'
import type { Role } from '@/lib/generated/prisma/enums'
import { hashPassword } from '@/lib/password/password'
import { type AccountScope, scopeOf, type UserScope } from '@/lib/session-scope'
import { startSession } from '@/lib/sessions/sessions'
import type { LinkOpener } from '@/lib/users/link-owner'
import { asSuperuser } from './database'

export const PASSWORD = 'nine purple herons wading'
export const REQUEST = { ip: '192.0.2.7', userAgent: 'A test' }

/** @returns the word with a random suffix, which no other test uses */
export function unique(word: string): string {
  return `${word}-${randomBytes(4).toString('hex')}`
}

/** Registers a user, as the form does. */
export async function registerUser({
  accountName = unique('Account'),
  email = `${unique('person')}@example.com`,
  password = PASSWORD,
} = {}) {
  const registered = await register({ accountName, email, password }, REQUEST)
  if (registered.status !== 'ok') throw new Error(JSON.stringify(registered))
  return { ...registered.value, email, accountName, password }
}

/** Creates a signed-in user with {@link PASSWORD}, in an account that they own. The password is hashed once per file. */
export async function ownerScope(): Promise<AccountScope> {
  const userId = await createUser()
  hash ??= hashPassword(PASSWORD, REQUEST)
  await asSuperuser('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, await hash])
  const created = await createOwnAccount(await userScope(userId), { accountName: unique('Account') }, REQUEST)
  if (created.status !== 'ok') throw new Error(JSON.stringify(created))
  return scopeIn(created.value.slug, userId)
}

let hash: Promise<string> | undefined

/** Creates a signed-in user without a password, as a member of an existing account. */
export async function memberScope({ account }: AccountScope, role: Role, email = `${unique('member')}@example.com`): Promise<AccountScope> {
  const userId = await createUser(email)
  await asSuperuser('INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, $3)', [account.id, userId, role])
  return scopeIn(account.slug, userId)
}

/** Creates a user without a password. @returns the id */
export async function createUser(email = `${unique('person')}@example.com`, { isConfirmed = true } = {}): Promise<string> {
  const [user] = await asSuperuser<{ id: string }>(
    'INSERT INTO users (id, email, email_verified_at) VALUES (gen_random_uuid(), $1, CASE WHEN $2 THEN now() END) RETURNING id',
    [email, isConfirmed],
  )
  return user?.id ?? ''
}

/** Marks a user's email as unconfirmed. @returns the scope that their session then has */
export async function unconfirmed<Scope extends UserScope>(scope: Scope): Promise<Scope> {
  await asSuperuser('UPDATE users SET email_verified_at = NULL WHERE id = $1', [scope.user.id])
  return { ...scope, user: { ...scope.user, emailVerified: null } }
}

/** @returns the visitor who opens an emailed link, with or without a session */
export function openedBy(scope: UserScope | null, password?: string): LinkOpener {
  return { scope, password, request: REQUEST, defer: (work) => void work() }
}

/** Starts a session. @returns its scope in an account */
export async function scopeIn(slug: string, userId: string): Promise<AccountScope> {
  const found = await scopeOf(await startSession(userId, { remembered: false, request: REQUEST }), slug)
  if (!found || !('account' in found.scope)) throw new Error('No scope')
  return found.scope
}

/** Starts a session. @returns its scope without an account */
export async function userScope(userId: string): Promise<UserScope> {
  const found = await scopeOf(await startSession(userId, { remembered: false, request: REQUEST }), null)
  if (!found) throw new Error('No scope')
  return found.scope
}
