// The names of fields, buttons, links, and headings of projects. See lib/labels/public.ts.

export { name, save } from '@/lib/labels/private'

export const description = 'Description (optional)'
export const status = 'Status'
export const lead = 'Lead'
export const newProject = 'New project'
export const createProject = 'Create project'
export const searchProjects = 'Search projects'
export const noProjectsYet = 'No projects yet'
export const noArchivedProjects = 'No archived projects'
export const deleteProject = (name: string) => `Delete project ${name}`
export const edit = 'Edit'
export const cancel = 'Cancel'

export const writeUpdate = 'Write an update'
export const postUpdate = 'Post update'
export const editUpdate = 'Edit update'
export const deleteUpdate = 'Delete update'
