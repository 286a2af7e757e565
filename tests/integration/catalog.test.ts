import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'

// Rules for the schema, checked in the catalog of the migrated database.

/** Indexes that are read in order and never searched by their first column, each with the reason. */
const ONLY_SORTED: Record<string, string> = {}

/**
 * Finds indexes of tenant tables whose first column after the tenant has an equality operator that is not leakproof. Under
 * row-level security, PostgreSQL uses a condition to search an index only if its operator is leakproof.
 */
async function findUnsearchableIndexes(): Promise<string[]> {
  const found = await asSuperuser<{ index: string; column: string; type: string }>(
    `SELECT index.relname AS index, attribute.attname AS column, format_type(attribute.atttypid, NULL) AS type
       FROM pg_index
       JOIN pg_class AS index ON index.oid = indexrelid
       JOIN pg_class AS "table" ON "table".oid = indrelid AND "table".relrowsecurity AND "table".relnamespace = 'public'::regnamespace
       JOIN pg_attribute AS tenant ON tenant.attrelid = indrelid AND tenant.attnum = indkey[0]
       JOIN LATERAL (SELECT CASE WHEN tenant.attname IN ('account_id', 'trail_id') AND indnkeyatts > 1 THEN 1 ELSE 0 END AS at) AS first ON true
       JOIN pg_attribute AS attribute ON attribute.attrelid = indrelid AND attribute.attnum = indkey[first.at]
       JOIN pg_opclass AS opclass ON opclass.oid = indclass[first.at]
      WHERE NOT EXISTS (
        SELECT FROM pg_amop AS amop JOIN pg_operator AS operator ON operator.oid = amop.amopopr JOIN pg_proc AS function ON function.oid = operator.oprcode
         WHERE amop.amopfamily = opclass.opcfamily AND amop.amoplefttype = opclass.opcintype AND amop.amoprighttype = opclass.opcintype
           AND amop.amopstrategy = 3 AND function.proleakproof
      )
      ORDER BY 1`,
  )
  return found
    .filter(({ index }) => !(index in ONLY_SORTED))
    .map(
      ({ index, column, type }) =>
        `${index} cannot be searched by "${column}", because row-level security forbids the comparison of ${type}. Use TEXT with a CHECK constraint instead of an enum. If the index only sorts, add it to ONLY_SORTED.`,
    )
}

describe('indexes of tenant tables', () => {
  test('can be searched under row-level security', async () => {
    expect(await findUnsearchableIndexes()).toEqual([])
  })

  test('are reported, with the remedy, if they index an enum', async () => {
    await asSuperuser('CREATE INDEX by_role ON memberships (account_id, role, user_id)')
    expect(await findUnsearchableIndexes()).toEqual([expect.stringContaining('by_role cannot be searched by "role"')])
    await asSuperuser('DROP INDEX by_role')
  })
})

describe('updated_at', () => {
  test('has a trigger on every table with the column', async () => {
    const missing = await asSuperuser(
      `SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'updated_at' AND NOT EXISTS (
          SELECT FROM pg_trigger WHERE tgrelid = format('%I', table_name)::regclass AND tgname = 'set_updated_at' AND tgenabled = 'O'
        )`,
    )
    expect(missing).toEqual([])
  })

  test('is set by the database when a row changes', async () => {
    const [user] = await asSuperuser<{ id: string }>(
      `INSERT INTO users (id, email, updated_at) VALUES (gen_random_uuid(), 'old@example.com', '2020-01-01') RETURNING id`,
    )
    await asSuperuser(`UPDATE users SET name = 'New' WHERE id = $1`, [user?.id])
    expect(await asSuperuser(`SELECT updated_at > now() - interval '1 min' AS recent FROM users WHERE id = $1`, [user?.id])).toEqual([
      { recent: true },
    ])
  })
})

describe('functions that run as the owner', () => {
  test('have a fixed search_path, are not open to every role, and take no id of a user or an account', async () => {
    const functions = await asSuperuser<{ name: string; settings: string[]; isPublic: boolean; arguments: string }>(
      `SELECT proname AS name, coalesce(proconfig, '{}') AS settings, has_function_privilege('public', oid, 'EXECUTE') AS "isPublic",
              pg_get_function_identity_arguments(oid) AS arguments
         FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`,
    )
    expect(functions.length).toBeGreaterThan(0)
    for (const { name, settings, isPublic, arguments: given } of functions) {
      expect({ name, settings, isPublic }).toEqual({ name, settings: ['search_path=public, pg_temp'], isPublic: false })
      expect(given, name).not.toMatch(/user|account_id/)
    }
  })
})

describe('migrations', () => {
  const folder = path.join(process.cwd(), 'prisma', 'migrations')
  const names = readdirSync(folder).filter((name) => name >= '20261125000000' && !name.endsWith('.toml'))

  test.each(names)('%s sets lock_timeout before its first statement', (name) => {
    const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8').replace(/--.*/g, '')
    expect(sql.trimStart()).toMatch(/^SET LOCAL lock_timeout = '\d+s';/)
  })
})
