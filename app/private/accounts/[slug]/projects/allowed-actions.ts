import { can } from '@/lib/policy'
import type { Target } from '@/lib/rules'
import type { AccountScope } from '@/lib/scope'

const ACTIONS = ['edit', 'archive', 'delete'] as const

export type ProjectAction = (typeof ACTIONS)[number]

/** Returns what the caller may do with a project, archived or not. The form that deletes it is on the page that edits it. */
export function allowedActions(scope: AccountScope, project: Target): ProjectAction[] {
  const mayEdit = can(scope, 'project.edit', project)
  return ACTIONS.filter((action) => can(scope, `project.${action}`, project) && (mayEdit || action !== 'delete'))
}
