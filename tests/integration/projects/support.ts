import { type ListedProject, listProjects } from '@/lib/projects/list'
import { createProject } from '@/lib/projects/projects'
import { type ProjectQuery, projectQuerySchema } from '@/lib/projects/schema'
import type { ProjectStatus } from '@/lib/projects/status'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { REQUEST, unique } from '../../support/people'

/** What a form sends besides the name. */
export const NEW_PROJECT = { description: '', status: 'planned' } as const

/** Creates a project, as the form does. @returns its id */
export async function makeProject(scope: AccountScope, name = unique('Project'), status: ProjectStatus = 'planned'): Promise<string> {
  const created = await createProject(scope, { ...NEW_PROJECT, name, status }, REQUEST)
  if (created.status !== 'ok') throw new Error('Not created')
  return created.value.id
}

/** Parses the query of a URL, as the page does. */
export function projectQuery(address: Record<string, unknown> = {}): ProjectQuery {
  return projectQuerySchema.parse(address)
}

/** Reads every page of a list. @param between is called with the projects of each page */
export async function walkProjects(
  scope: AccountScope,
  address: Record<string, unknown> = {},
  between: (page: ListedProject[]) => Promise<void> = async () => undefined,
): Promise<ListedProject[]> {
  const walked: ListedProject[] = []
  for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const page = await listProjects(scope, projectQuery({ ...address, after }))
    if (!page) throw new Error('Not allowed')
    walked.push(...page.projects)
    await between(page.projects)
    after = page.next
  }
  return walked
}

/** Inserts projects named “Crowd 00001” and so on into an account. */
export async function makeManyProjects(accountId: string, count: number, { archived = false } = {}): Promise<void> {
  await asSuperuser(
    `INSERT INTO projects (account_id, id, name, name_key, archived_at)
     SELECT $1, gen_random_uuid(), word || n, lower(word) || n, CASE WHEN $3 THEN now() END
       FROM (SELECT CASE WHEN $3 THEN 'Past ' ELSE 'Crowd ' END AS word, lpad(n::text, 5, '0') AS n FROM generate_series(1, $2::int) n) AS named`,
    [accountId, count, archived],
  )
}
