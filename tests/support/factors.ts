import { confirmTotp, findEnrollment, startTotp } from '@/lib/factors/authenticator'
import { readFactors } from '@/lib/factors/list'
import { findSheet } from '@/lib/factors/recovery-codes'
import { scopeOf, type UserScope } from '@/lib/session-scope'
import { asSuperuser } from './database'
import { REQUEST } from './people'
import { totpCode } from './totp'

export { totpCode }

/**
 * Adds an authenticator app to the user of a session, as the pages do.
 * @returns its secret, the recovery codes, and the scope of the session, which has then verified the app
 */
export async function addTotp<Scope extends UserScope>(scope: Scope): Promise<{ secret: Buffer; codes: string[]; scope: Scope }> {
  await startTotp(scope)
  const secret = await findEnrollment(scope)
  if (!secret) throw new Error('No enrollment')
  const confirmed = await confirmTotp(scope, { code: totpCode(secret) }, REQUEST)
  if (confirmed.status !== 'ok') throw new Error(JSON.stringify(confirmed))
  const codes = (await findSheet(scope)) ?? []
  await forgetSteps(scope.user.id)
  const slug = 'account' in scope ? (scope as unknown as { account: { slug: string } }).account.slug : null
  const found = await scopeOf(scope.session.id, slug)
  if (!found) throw new Error('No scope')
  return { secret, codes, scope: found.scope as Scope }
}

/** Makes the code of the current time step usable again. */
export async function forgetSteps(userId: string): Promise<void> {
  await asSuperuser('UPDATE totp_factors SET last_step = 0 WHERE user_id = $1', [userId])
}

/** @returns what names the user's first authenticator app */
export async function factorOf(scope: UserScope): Promise<{ kind: 'totp'; id: string }> {
  return { kind: 'totp', id: (await readFactors(scope)).totp[0]?.id ?? '' }
}
