import { pathBelow, sectionPath } from '@/lib/accounts/paths'
import type { Route } from '@/lib/http/paths'
import 'server-only'
import { forbidden, type Outcome, ok } from '@/lib/outcome'
import { withAccount } from '@/lib/platform/db'
import { can } from '@/lib/policy'
import type { AccountScope } from '@/lib/scope'
import type { ResourceOnOverview } from './resources'

/** A step that every account has. The page has its sentence. */
export type CoreStep = 'confirm-email' | 'add-name' | 'invite-teammate'

/** A step of the setup checklist, with the path that it leads to. A resource declares the sentence for its step. */
export type SetupStep = { step: CoreStep | { sentence: string }; path: Route; isDone: boolean }

type Facts = { hasTeammates: boolean; recent: { resource: ResourceOnOverview; exists: boolean }[] }

/** Returns the steps that the caller can take, in order. */
export function setupSteps(scope: AccountScope, { hasTeammates, recent }: Facts): SetupStep[] {
  const { user, account } = scope
  return [
    { step: 'confirm-email', path: '/private/settings/email', isDone: user.emailVerified !== null },
    { step: 'add-name', path: '/private/settings', isDone: user.name !== null },
    ...recent.flatMap(({ resource: { section, overview }, exists }) => {
      const { step, permission, path } = overview.setup
      if (!can(scope, permission)) return []
      return [
        {
          step: { sentence: step },
          path: path ? pathBelow(account.slug, section.segment, path) : sectionPath(account.slug, section.segment),
          isDone: exists,
        },
      ]
    }),
    ...(can(scope, 'invitation.list')
      ? [{ step: 'invite-teammate' as const, path: sectionPath(account.slug, 'members/invitations'), isDone: hasTeammates }]
      : []),
  ]
}

/** Hides the checklist from the caller in this account. @returns `forbidden` if they may not see the account */
export function dismissSetup(scope: AccountScope): Promise<Outcome<null>> {
  return withAccount(scope.account.id, async (tx) => {
    if (!can(scope, 'account.view')) return forbidden
    await tx.$executeRaw`
      UPDATE memberships SET setup_dismissed_at = now() WHERE account_id = ${scope.account.id}::uuid AND user_id = ${scope.user.id}::uuid`
    return ok(null)
  })
}
