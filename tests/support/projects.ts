import { createProject, listProjects, type Project } from '@/lib/projects/projects'
import { type ProjectQuery, projectQuerySchema } from '@/lib/projects/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from './database'
import { REQUEST, unique } from './people'

/** Makes a project, as the form would. @returns its id */
export async function makeProject(scope: AccountScope, name = unique('Project')): Promise<string> {
  const created = await createProject(scope, { name }, REQUEST)
  if (created.status !== 'ok') throw new Error('Not made')
  return created.value.id
}

/** What an address asks for, as the page reads it. */
export function projectQuery(address: Record<string, unknown> = {}): ProjectQuery {
  return projectQuerySchema.parse(address)
}

/** Walks a list from its beginning to its end. @param between is called after each page with what it showed */
export async function walkProjects(
  scope: AccountScope,
  address: Record<string, unknown> = {},
  between: (page: Project[]) => Promise<void> = async () => undefined,
): Promise<Project[]> {
  const walked: Project[] = []
  for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const page = await listProjects(scope, projectQuery({ ...address, after }))
    if (!page) throw new Error('Not shown')
    walked.push(...page.projects)
    await between(page.projects)
    after = page.next
  }
  return walked
}

/** Puts many projects into an account by one statement, named “Crowd 00001” and so on. */
export async function makeManyProjects(accountId: string, count: number, { archived = false } = {}): Promise<void> {
  await asSuperuser(
    `INSERT INTO projects (account_id, id, name, name_key, archived_at)
     SELECT $1, gen_random_uuid(), word || n, lower(word) || n, CASE WHEN $3 THEN now() END
       FROM (SELECT CASE WHEN $3 THEN 'Past ' ELSE 'Crowd ' END AS word, lpad(n::text, 5, '0') AS n FROM generate_series(1, $2::int) n) AS named`,
    [accountId, count, archived],
  )
}
