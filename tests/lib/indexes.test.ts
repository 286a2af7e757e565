import { expect, test } from 'vitest'
import { asSuperuser } from '../support/database'

// Under row-level security PostgreSQL uses an index only through operators that are marked leakproof. The comparisons of an
// enum are not: an index over one costs its writes and serves no query of the server.

async function findUnusable(): Promise<string[]> {
  const columns = await asSuperuser<{ index: string; table: string; column: string; type: string }>(
    `SELECT i.indexrelid::regclass::text AS index, t.relname AS table, a.attname AS column, a.atttypid::regtype::text AS type
       FROM pg_index i
       JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace AND t.relrowsecurity
       CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) AS place
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[place]
       JOIN pg_opclass o ON o.oid = i.indclass[place]
       JOIN pg_amop m ON m.amopfamily = o.opcfamily AND m.amopstrategy = 3 AND m.amoplefttype = o.opcintype AND m.amoprighttype = o.opcintype
       JOIN pg_operator p ON p.oid = m.amopopr
       JOIN pg_proc f ON f.oid = p.oprcode
      WHERE NOT f.proleakproof ORDER BY 1`,
  )
  return columns.map(
    ({ index, table, column, type }) =>
      `${index} indexes ${table}.${column} of the type ${type}, which row-level security cannot use. ` +
      `Make the column text with CHECK (${column} IN (...)), or leave it out of the index.`,
  )
}

test('row-level security lets every index of a tenant table be used', async () => {
  expect(await findUnusable()).toEqual([])
})

test('an index over an enum is found, with what to do', async () => {
  await asSuperuser('CREATE INDEX memberships_role_idx ON memberships (account_id, role)')
  const found = await findUnusable()
  await asSuperuser('DROP INDEX memberships_role_idx')
  expect(found).toEqual([expect.stringContaining('Make the column text with CHECK (role IN (...))')])
})
