import { defineResource } from '@/lib/resource'
import { ownOnly, yes } from '@/lib/rules'

export const projects = defineResource({
  section: { title: 'Projects', segment: 'projects', icon: 'folder-closed', permission: 'project.list' },
  permissions: {
    'project.list': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.create': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.rename': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.archive': { OWNER: yes, ADMIN: yes, MEMBER: yes },
    'project.delete': { OWNER: yes, ADMIN: yes, MEMBER: ownOnly },
  },
  events: {
    'project.created': { name: 'Project created', sentence: (target) => `Created the project ${target}` },
    'project.renamed': { name: 'Project renamed', sentence: (target, { from }) => `Renamed the project “${from}” to ${target}` },
    'project.archived': { name: 'Project archived', sentence: (target) => `Archived the project ${target}` },
    'project.unarchived': { name: 'Project restored', sentence: (target) => `Restored the project ${target} from the archive` },
    'project.deleted': { name: 'Project deleted', sentence: (target) => `Deleted the project ${target}` },
  },
  messages: {
    'project-name-missing': 'Enter a project name.',
    'project-name-taken': 'A project with this name already exists.',
    'projects-full': ({ max }: { max: number }) => `An account can have up to ${max} projects. Delete one to create another.`,
    'project-created': 'Project created',
    'project-renamed': 'Project renamed',
    'project-archived': 'Project archived',
    'project-restored': 'Project restored',
    'project-deleted': 'Project deleted',
  },
  tables: {
    projects: {
      model: 'project',
      columns: { id: true, name: true, nameKey: false, createdBy: true, createdAt: true, updatedAt: true, archivedAt: true },
    },
  },
})
