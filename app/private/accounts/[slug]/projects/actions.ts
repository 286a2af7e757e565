'use server'

import { accountAction } from '@/lib/action'
import { archiveProject, createProject, deleteProject, renameProject } from '@/lib/projects/projects'
import { newProjectSchema, projectSchema, renameProjectSchema } from '@/lib/projects/schema'

export const createProjectAction = accountAction(
  { schema: newProjectSchema, permission: 'project.create' },
  ({ scope, input, request }) => createProject(scope, input, request),
  'project-created',
)

export const renameProjectAction = accountAction(
  { schema: renameProjectSchema, permission: 'project.rename' },
  ({ scope, input, request }) => renameProject(scope, input, request),
  'project-renamed',
)

export const archiveProjectAction = accountAction(
  { schema: projectSchema, permission: 'project.archive' },
  ({ scope, input: { id }, request }) => archiveProject(scope, { id, archived: true }, request),
  'project-archived',
)

export const restoreProjectAction = accountAction(
  { schema: projectSchema, permission: 'project.archive' },
  ({ scope, input: { id }, request }) => archiveProject(scope, { id, archived: false }, request),
  'project-restored',
)

export const deleteProjectAction = accountAction(
  { schema: projectSchema, permission: 'project.delete' },
  ({ scope, input: { id }, request }) => deleteProject(scope, id, request),
  'project-deleted',
)
