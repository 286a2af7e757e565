import type { Fixture } from '@/lib/resource'
import { findEditableProject, findProject } from './find'
import { listProjects } from './list'
import { archiveProject, createProject, deleteProject, editProject } from './projects'
import type { projects } from './resource'
import { deleteUpdate, editUpdate, postUpdate } from './updates'

const PROJECT = { description: '', status: 'planned' } as const

export const fixture: Fixture<keyof typeof projects.permissions> = {
  // the project and its update have the same id, so that a test can name either
  insert: ({ id, accountId, createdBy }) => `
    INSERT INTO projects (account_id, id, name, name_key, created_by) VALUES (${accountId}, ${id}, 'Bridge', 'bridge', ${createdBy});
    INSERT INTO project_updates (account_id, id, project_id, body, created_by) VALUES (${accountId}, ${id}, ${id}, 'Done', ${createdBy})`,
  uses: {
    'project.list': [(scope) => listProjects(scope, { search: '', sort: 'updated' }), (scope, id) => findProject(scope, id)],
    'project.create': [(scope, _, request) => createProject(scope, { ...PROJECT, name: 'Tunnel' }, request)],
    'project.edit': [
      (scope, id) => findEditableProject(scope, id),
      (scope, id, request) =>
        editProject(scope, { id, name: 'Tower', description: 'High', status: 'done', leadId: scope.user.id }, request),
    ],
    'project.archive': [
      (scope, id, request) => archiveProject(scope, { id, archived: true }, request),
      (scope, id, request) => archiveProject(scope, { id, archived: false }, request),
    ],
    'project.delete': [(scope, id, request) => deleteProject(scope, id, request)],
    'project-update.post': [(scope, id, request) => postUpdate(scope, { projectId: id, body: 'News' }, request)],
    'project-update.edit': [(scope, id, request) => editUpdate(scope, { id, body: 'Better news' }, request)],
    'project-update.delete': [(scope, id, request) => deleteUpdate(scope, id, request)],
  },
  routes: {
    '/private/accounts/[slug]/projects': { permission: 'project.list', shows: ['id of a row of projects'] },
    '/private/accounts/[slug]/projects/new': { permission: 'project.create' },
    '/private/accounts/[slug]/projects/[id]': {
      permission: 'project.list',
      shows: ['id of a row of projects', 'id of a row of project_updates', 'name of a member', 'name of you'],
    },
    '/private/accounts/[slug]/projects/[id]/edit': {
      permission: 'project.edit',
      shows: ['id of a row of projects', 'id of a member', 'name of a member', 'name of you'],
    },
  },
  actions: {
    archiveProjectAction: { permission: 'project.archive', fields: (id) => ({ id }) },
    createProjectAction: { permission: 'project.create', fields: (_, { suffix }) => ({ ...PROJECT, name: `Project ${suffix}` }) },
    deleteProjectAction: { permission: 'project.delete', target: { createdBy: 'another user' }, fields: (id) => ({ id }) },
    deleteUpdateAction: {
      permission: 'project-update.delete',
      target: { createdBy: 'another user' },
      fields: (id) => ({ id }),
      isShown: false, // behind the menu of the update
    },
    editProjectAction: {
      permission: 'project.edit',
      fields: (id, { suffix }) => ({ ...PROJECT, id, name: `Renamed ${suffix}`, leadId: '' }),
    },
    editUpdateAction: {
      permission: 'project-update.edit',
      target: { createdBy: 'another user' },
      fields: (id, { suffix }) => ({ id, body: `Edited ${suffix}` }),
      isShown: false, // behind the menu of the update
    },
    postUpdateAction: { permission: 'project-update.post', fields: (id) => ({ id, body: 'News' }) },
    restoreProjectAction: { permission: 'project.archive', fields: (id) => ({ id }), isShown: false }, // for archived projects
  },
}
