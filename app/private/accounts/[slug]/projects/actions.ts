'use server'

import { sectionPath } from '@/lib/accounts/paths'
import { accountAction } from '@/lib/action'
import { archiveProject, createProject, deleteProject, editProject } from '@/lib/projects/projects'
import { editProjectSchema, editUpdateSchema, newProjectSchema, newUpdateSchema, projectSchema } from '@/lib/projects/schema'
import { deleteUpdate, editUpdate, postUpdate } from '@/lib/projects/updates'

export const createProjectAction = accountAction(
  { schema: newProjectSchema, permission: 'project.create' },
  ({ scope, input, request }) => createProject(scope, input, request),
  ({ id }, { scope }) => ({ redirectTo: sectionPath(scope.account.slug, 'projects/[id]', id), message: 'project-created' }),
)

export const editProjectAction = accountAction(
  { schema: editProjectSchema, permission: 'project.edit' },
  ({ scope, input, request }) => editProject(scope, input, request),
  (_, { scope, input }) => ({ redirectTo: sectionPath(scope.account.slug, 'projects/[id]', input.id), message: 'project-saved' }),
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
  (_, { scope }) => ({ redirectTo: sectionPath(scope.account.slug, 'projects'), message: 'project-deleted' }),
)

export const postUpdateAction = accountAction(
  { schema: newUpdateSchema, permission: 'project-update.post', limit: 'project-update' },
  ({ scope, input: { id, body }, request }) => postUpdate(scope, { projectId: id, body }, request),
  'project-update-posted',
)

export const editUpdateAction = accountAction(
  { schema: editUpdateSchema, permission: 'project-update.edit' },
  ({ scope, input, request }) => editUpdate(scope, input, request),
  ({ projectId }, { scope }) => ({
    redirectTo: sectionPath(scope.account.slug, 'projects/[id]', projectId),
    message: 'project-update-saved',
  }),
)

export const deleteUpdateAction = accountAction(
  { schema: projectSchema, permission: 'project-update.delete' },
  ({ scope, input: { id }, request }) => deleteUpdate(scope, id, request),
  ({ projectId }, { scope }) => ({
    redirectTo: sectionPath(scope.account.slug, 'projects/[id]', projectId),
    message: 'project-update-deleted',
  }),
)
