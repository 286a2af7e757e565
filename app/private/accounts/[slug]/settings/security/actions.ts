'use server'

import { changePolicy } from '@/lib/account-policies/change'
import { fieldsOf, policyOf, policySchema } from '@/lib/account-policies/form-schema'
import { sectionPath } from '@/lib/accounts/paths'
import { accountAction } from '@/lib/action'
import { withQuery } from '@/lib/http/paths'
import { message } from '@/lib/messages'
import { ok } from '@/lib/outcome'
import { refuse } from '@/lib/policy'

/** Checks the form, and redirects to the page that shows what the policy would do. It changes nothing. */
export const reviewPolicyAction = accountAction(
  { schema: policySchema, permission: 'account.change-policy' },
  async ({ scope, input }) => refuse(scope, 'account.change-policy') ?? ok(policyOf(input)),
  (policy, { scope }) => ({ redirectTo: withQuery(sectionPath(scope.account.slug, 'settings/security/review'), fieldsOf(policy)) }),
)

/** Saves the policy. */
export const changePolicyAction = accountAction(
  { schema: policySchema, permission: 'account.change-policy' },
  ({ scope, input, request }) => changePolicy(scope, policyOf(input), request),
  (count, { scope }) => ({
    redirectTo: sectionPath(scope.account.slug, 'settings/security'),
    message: message('policy-changed', { count }),
  }),
)
