import { defineResource } from '@/lib/resource'
import { ownOnly, yes } from '@/lib/rules'

export const projects = defineResource({
  section: { title: 'Projects', segment: 'projects', icon: 'icon-folder-closed', permission: 'project.list' },
  permissions: {
    'project.list': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.create': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.edit': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.archive': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.delete': { OWNER: yes, ADMIN: yes, MEMBER: ownOnly },
    'project-update.post': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project-update.edit': { OWNER: ownOnly, ADMIN: ownOnly, MEMBER: ownOnly },
    'project-update.delete': { OWNER: yes, ADMIN: yes, MEMBER: ownOnly },
  },
  events: {
    'project.created': { name: 'Project created', sentence: (target) => `Created the project ${target}` },
    'project.renamed': { name: 'Project renamed', sentence: (target, { from }) => `Renamed the project “${from}” to ${target}` },
    'project.described': { name: 'Project description changed', sentence: (target) => `Changed the description of ${target}` },
    'project.status-changed': {
      name: 'Project status changed',
      sentence: (target, { from, to }) => `Changed the status of ${target} from ${from} to ${to}`,
    },
    'project.lead-changed': {
      name: 'Project lead changed',
      sentence: (target, { lead }) => (lead ? `Made ${lead} the lead of ${target}` : `Removed the lead of ${target}`),
    },
    'project.archived': { name: 'Project archived', sentence: (target) => `Archived the project ${target}` },
    'project.unarchived': { name: 'Project restored', sentence: (target) => `Restored the project ${target} from the archive` },
    'project.deleted': { name: 'Project deleted', sentence: (target) => `Deleted the project ${target}` },
    'project-update.posted': { name: 'Project update posted', sentence: (target) => `Posted an update to ${target}` },
    'project-update.edited': { name: 'Project update edited', sentence: (target) => `Edited an update to ${target}` },
    'project-update.deleted': { name: 'Project update deleted', sentence: (target) => `Deleted an update to ${target}` },
  },
  messages: {
    'project-name-missing': 'Enter a project name.',
    'project-name-taken': 'A project with this name already exists.',
    'project-lead-unknown': 'Choose a member of this account.',
    'projects-full': ({ max }: { max: number }) => `An account can have up to ${max} projects. Delete one to create another.`,
    'project-created': 'Project created',
    'project-saved': 'Project saved',
    'project-archived': 'Project archived',
    'project-restored': 'Project restored',
    'project-deleted': 'Project deleted',
    'project-update-missing': 'Write an update first.',
    'project-updates-full': ({ max }: { max: number }) => `A project can have up to ${max} updates. Delete one to post another.`,
    'project-update-posted': 'Update posted',
    'project-update-saved': 'Update saved',
    'project-update-deleted': 'Update deleted',
  },
  tables: {
    projects: {
      model: 'project',
      columns: {
        id: true,
        name: true,
        nameKey: false,
        description: true,
        status: true,
        statusRank: false,
        leadId: true,
        createdBy: true,
        createdAt: true,
        updatedAt: true,
        archivedAt: true,
      },
    },
    projectUpdates: {
      model: 'projectUpdate',
      columns: { id: true, projectId: true, body: true, createdBy: true, createdAt: true, updatedAt: true },
    },
  },
})
