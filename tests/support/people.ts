import { randomBytes } from 'node:crypto'
import { register } from '@/lib/accounts/accounts'
import { type AccountScope, scopeOf } from '@/lib/scope'
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
  const sessionId = await startSession(userId, { remembered: false, client: CLIENT })
  const [account] = await asSuperuser<{ slug: string }>(
    'SELECT slug FROM accounts JOIN memberships ON account_id = id WHERE user_id = $1',
    [userId],
  )
  const found = await scopeOf(sessionId, account?.slug ?? '')
  if (!found || !('account' in found.scope)) throw new Error('No scope')
  return found.scope
}
