import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser, tableOf } from './database'
import { FIXTURES } from './fixtures'

/** The tables of all resources. */
export const RESOURCE_TABLES = Object.values<Resource>(RESOURCES).flatMap(({ tables }) => Object.keys(tables).map(tableOf))

/** Inserts a row of one resource into an account with SQL. @returns its id */
export async function insertResource(name: string, { account, user }: Pick<AccountScope, 'account' | 'user'>): Promise<string> {
  const id = randomUUID()
  const quote = pg.escapeLiteral
  await asSuperuser(FIXTURES[name]?.insert({ id: quote(id), accountId: quote(account.id), createdBy: quote(user.id) }) ?? '')
  return id
}

/** Inserts a row of every resource. */
export async function insertResources(scope: Pick<AccountScope, 'account' | 'user'>): Promise<void> {
  for (const name of Object.keys(RESOURCES)) await insertResource(name, scope)
}
