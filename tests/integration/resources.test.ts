import { existsSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { forbidden } from '@/lib/outcome'
import { type Permission, POLICY } from '@/lib/policy'
import type { Fixture, Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser, tableOf } from '../support/database'
import { FIXTURES } from '../support/fixtures'
import { ownerScope, REQUEST } from '../support/people'
import { insertResource } from '../support/resources'

// What every resource in lib/resources.ts must do, tried with its fixture.

const policy = { ...POLICY }
afterEach(() => {
  Object.assign(POLICY, policy)
})

function deny(permission: Permission): void {
  Object.assign(POLICY, { [permission]: Object.fromEntries(ROLES.map((role) => [role, () => false])) })
}

test('every resource has a fixture', () => {
  expect(Object.keys(FIXTURES)).toEqual(Object.keys(RESOURCES))
})

describe.each(Object.entries<Resource>(RESOURCES))(
  'the resource %s',
  (name, { permissions, events, section, tables, overview, search }) => {
    const cases = Object.entries<Fixture['uses'][string]>(FIXTURES[name]?.uses ?? {}).flatMap(([permission, calls]) =>
      calls.map((use, index) => ({ permission: permission as Permission, use, label: `${permission} (${index + 1})` })),
    )
    let scope: AccountScope
    let other: AccountScope
    beforeAll(async () => {
      scope = await ownerScope()
      other = await ownerScope()
    })

    /** The account's rows and events. */
    function contentsOf({ account }: AccountScope): Promise<unknown> {
      const names = [...Object.keys(tables).map(tableOf), 'audit_events']
      const parts = names.map((table) => `(SELECT json_agg(t ORDER BY t::text) FROM ${table} AS t WHERE account_id = $1) AS ${table}`)
      return asSuperuser(`SELECT ${parts.join()}`, [account.id])
    }

    afterEach(async () => {
      for (const table of Object.keys(tables).reverse()) await asSuperuser(`DELETE FROM ${tableOf(table)}`)
    })

    test('has the pages that its declaration links to', () => {
      const rows = overview?.hasPages || search ? ['[id]'] : []
      const below = [...rows, overview?.setup.path].filter((page) => page !== undefined)
      for (const page of ['', ...below.map((page) => `/${page}`)])
        expect(existsSync(`app/private/accounts/[slug]/${section.segment}${page}/page.tsx`), page).toBe(true)
    })

    // ASVS 8.2.1, 8.3.1
    test.each(cases)('refuses $label without the permission, and changes nothing', async ({ permission, use }) => {
      const id = await insertResource(name, scope)
      const before = await contentsOf(scope)
      deny(permission)
      expect([null, forbidden]).toContainEqual(await use(scope, id, REQUEST))
      expect(await contentsOf(scope)).toEqual(before)
    })

    // ASVS 8.2.2, 8.4.1
    test.each(cases)("neither reads nor changes another account's row with $label", async ({ use }) => {
      const id = await insertResource(name, other)
      const before = await contentsOf(other)
      const result = await use(scope, id, REQUEST)
      expect(JSON.stringify(result ?? null, asText)).not.toContain(id)
      expect(await contentsOf(other)).toEqual(before)
    })

    test('records each of its events, with the actor, the account, and the request', async () => {
      const recorded = new Set<string>()
      for (const { use } of cases) {
        const id = await insertResource(name, scope)
        await use(scope, id, REQUEST)
        const rows = await asSuperuser<{ kind: string; actor: string; ip: string; agent: string }>(
          `DELETE FROM audit_events WHERE account_id = $1 AND kind = ANY ($2) RETURNING kind, actor_id AS actor, ip, user_agent AS agent`,
          [scope.account.id, Object.keys(events)],
        )
        for (const { kind, ...rest } of rows) {
          recorded.add(kind)
          expect(rest).toEqual({ actor: scope.user.id, ip: REQUEST.ip, agent: REQUEST.userAgent })
        }
        for (const table of Object.keys(tables).reverse()) await asSuperuser(`DELETE FROM ${tableOf(table)}`)
      }
      expect([...recorded].sort()).toEqual(Object.keys(events).sort())
    })

    test('has a use for each permission', () => {
      expect(cases.map(({ permission }) => permission)).toEqual(expect.arrayContaining(Object.keys(permissions)))
    })
  },
)

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
