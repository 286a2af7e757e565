import type { ResourceEntries } from './entries'

/** Projects, as one resource that an account can have. */
export const projects: ResourceEntries = {
  insert: ({ id, accountId, createdBy }) =>
    `INSERT INTO projects (account_id, id, name, name_key, created_by) VALUES (${accountId}, ${id}, 'Bridge', 'bridge', ${createdBy})`,
  routes: {
    '/private/accounts/[slug]/projects': { permission: 'project.list' },
  },
  actions: {
    archiveProjectAction: { permission: 'project.archive', fields: (id) => ({ id }) },
    createProjectAction: { permission: 'project.create', fields: (_, { suffix }) => ({ name: `Project ${suffix}` }) },
    deleteProjectAction: { permission: 'project.delete', target: { createdBy: 'the owner' }, fields: (id) => ({ id }) },
    renameProjectAction: { permission: 'project.rename', fields: (id, { suffix }) => ({ id, name: `Renamed ${suffix}` }) },
    unarchiveProjectAction: { permission: 'project.archive', fields: (id) => ({ id }), isShown: false },
  },
}
