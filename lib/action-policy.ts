import 'server-only'
import { PolicyUnmet } from '@/lib/account-policies/policy'
import type { PolicyRule } from '@/lib/account-policies/schema'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Outcome, ok, recentAuth } from './outcome'
import type { Permission } from './policy'
import { authenticateAgain } from './recent-auth'
import { type AccountScope, type Denied, requireMembership, requireScope } from './scope'

// What lib/action.ts does when an action's session does not meet the policy of its account.

/** The rules that entering the password meets. */
const MET_BY_PASSWORD: ReadonlySet<PolicyRule | 'suspended'> = new Set<PolicyRule>(['idle', 'age'])

/**
 * Requires the scope of an action in an account. If the account only asks for the password again, the form asks for it, like
 * for a sensitive action. Otherwise the form links to the account's verification page. In both cases, it keeps
 * what was typed, even without JavaScript: see lib/unsent-form.ts.
 * @param password from the form's password field; undefined if the form has not shown the field yet
 * @returns the scope; `unmet`; `recent-auth` if the form must ask for the password; `invalid` if it is wrong; what `requireScope`
 *   throws otherwise
 */
export async function requireScopeOfAction(
  slug: string,
  permission: Permission,
  { denied, password, request }: { denied: Denied; password: string | undefined; request: RequestInfo },
): Promise<Outcome<AccountScope>> {
  const resolve = () => requireScope(slug, permission, { denied, onUnmet: rethrow })
  try {
    return ok(await resolve())
  } catch (error) {
    if (!(error instanceof PolicyUnmet)) throw error
    const { rules, verifyPath } = error
    if (!rules.every((rule) => MET_BY_PASSWORD.has(rule))) return { status: 'unmet', verifyPath }
    if (password === undefined) return { ...recentAuth, verifyPath }
    const renewed = await authenticateAgain(await requireMembership(slug), password, request)
    return renewed.status === 'ok' ? ok(await resolve()) : renewed
  }
}

function rethrow(unmet: PolicyUnmet): never {
  throw unmet
}
