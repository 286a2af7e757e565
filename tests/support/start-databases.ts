import type { TestProject } from 'vitest/node'
import { startTestDatabases } from '../run/databases.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    databases: { superuser: string; owner: string; runtime: string }
  }
}

/** Starts one PostgreSQL for the run, unless `npm test` has started it. */
export default async function startDatabases(project: TestProject) {
  const given = process.env.ATRIUM_TEST_DATABASES
  if (given) return project.provide('databases', JSON.parse(given))
  const databases = await startTestDatabases()
  project.provide('databases', databases.urls)
  return databases.stop
}
