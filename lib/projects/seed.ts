import 'server-only'
import type { Seed } from '@/lib/resource'
import { archiveProject, createProject } from './projects'

const NAMES = ['Spring catalog', 'Harbor bridge', 'Autumn reading tour']
const ARCHIVED = 'Old website'

/** Demo projects, one of them archived. Safe to run again, because names are unique. */
export const seed: Seed = async (scope, request) => {
  for (const name of [...NAMES, ARCHIVED]) {
    const created = await createProject(scope, { name }, request)
    if (created.status === 'ok' && name === ARCHIVED) await archiveProject(scope, { id: created.value.id, archived: true }, request)
  }
}
