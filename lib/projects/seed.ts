import 'server-only'
import type { Seed } from '@/lib/resource'
import { archiveProject, createProject } from './projects'

const PROJECTS = [
  { name: 'Spring catalog', description: '', status: 'active' },
  { name: 'Old website', description: '', status: 'done' },
] as const

/** Demo projects, one of them archived. Safe to run again, because names are unique. */
export const seed: Seed = async (scope, request) => {
  for (const project of PROJECTS) {
    const created = await createProject(scope, project, request)
    if (created.status === 'ok' && project.status === 'done') await archiveProject(scope, { id: created.value.id, archived: true }, request)
  }
}
