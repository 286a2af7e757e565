import type { Fixture } from '@/lib/resource'
import { archiveProject, createProject, deleteProject, listProjects, renameProject } from './projects'
import type { projects } from './resource'

export const fixture: Fixture<keyof typeof projects.permissions> = {
  insert: ({ id, accountId, createdBy }) =>
    `INSERT INTO projects (account_id, id, name, name_key, created_by) VALUES (${accountId}, ${id}, 'Bridge', 'bridge', ${createdBy})`,
  uses: {
    'project.list': [(scope) => listProjects(scope, { search: '', sort: 'name' })],
    'project.create': [(scope, _, request) => createProject(scope, { name: 'Tunnel' }, request)],
    'project.rename': [(scope, id, request) => renameProject(scope, { id, name: 'Tower' }, request)],
    'project.archive': [
      (scope, id, request) => archiveProject(scope, { id, archived: true }, request),
      (scope, id, request) => archiveProject(scope, { id, archived: false }, request),
    ],
    'project.delete': [(scope, id, request) => deleteProject(scope, id, request)],
  },
  routes: {
    '/private/accounts/[slug]/projects': { permission: 'project.list', shows: ['id of a row of projects'] },
  },
  actions: {
    archiveProjectAction: { permission: 'project.archive', fields: (id) => ({ id }) },
    createProjectAction: { permission: 'project.create', fields: (_, { suffix }) => ({ name: `Project ${suffix}` }) },
    deleteProjectAction: { permission: 'project.delete', target: { createdBy: 'another user' }, fields: (id) => ({ id }) },
    renameProjectAction: { permission: 'project.rename', fields: (id, { suffix }) => ({ id, name: `Renamed ${suffix}` }) },
    restoreProjectAction: { permission: 'project.archive', fields: (id) => ({ id }), isShown: false }, // for archived projects
  },
}
