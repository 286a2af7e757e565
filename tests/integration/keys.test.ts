import { expect, test } from 'vitest'
import { asSuperuser } from '../support/database'

// Every key of a tenant table starts with the account, so no row can reference another account, and the tables can be
// distributed by account. The tests read the catalog, so they cover new tables.

const columns = (numbers: string, table: string) =>
  `(SELECT array_agg(attname::text ORDER BY place) FROM unnest(${numbers}::int2[]) WITH ORDINALITY AS key (number, place)
     JOIN pg_attribute ON attrelid = ${table} AND attnum = number)`

test('every unique index of a tenant table starts with the account', async () => {
  const keys = await asSuperuser<{ name: string; first: string }>(
    `SELECT i.indexrelid::regclass::text AS name, (${columns('i.indkey', 'i.indrelid')})[1] AS first
       FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
      WHERE t.relnamespace = 'public'::regnamespace AND t.relrowsecurity AND i.indisunique AND t.relname <> 'accounts'`,
  )
  expect(keys.map(({ name }) => name)).toContain('invitations_pkey')
  // the id of a trail is the id of its account or user
  expect(keys.filter(({ first }) => first !== 'account_id' && first !== 'trail_id')).toEqual([])
})

test('every foreign key to a tenant table includes the account', async () => {
  const references = await asSuperuser<{ name: string; from: string[]; to: string[] }>(
    `SELECT c.conname AS name, ${columns('c.conkey', 'c.conrelid')} AS from, ${columns('c.confkey', 'c.confrelid')} AS to
       FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid
      WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace AND t.relrowsecurity`,
  )
  expect(references.map(({ name }) => name)).toContain('invitations_invited_by_fkey')
  const includesAccount = ({ from, to }: { from: string[]; to: string[] }) =>
    from[0] === 'account_id' && (to[0] === 'account_id' || String(to) === 'id')
  expect(references.filter((reference) => !includesAccount(reference))).toEqual([])
})

test('only invitations and memberships reference a membership, because removing a member updates every referencing row', async () => {
  const references = await asSuperuser<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE contype = 'f' AND confrelid = 'memberships'::regclass ORDER BY 1`,
  )
  expect(references.map(({ name }) => name)).toEqual(['invitations_invited_by_fkey', 'memberships_ownership_offered_by_fkey'])
})
