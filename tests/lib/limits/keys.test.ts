import { expect, test } from 'vitest'
import { asSuperuser } from '../../support/database'

// The account stands in the key of everything that belongs to one, so that no row can point into another account, and
// the tables could be spread over servers by it. Read from the catalogue, so that a new table cannot be forgotten.

const columns = (numbers: string, table: string) =>
  `(SELECT array_agg(attname::text ORDER BY place) FROM unnest(${numbers}::int2[]) WITH ORDINALITY AS key (number, place)
     JOIN pg_attribute ON attrelid = ${table} AND attnum = number)`

test('every key of a tenant table begins with its account', async () => {
  const keys = await asSuperuser<{ name: string; first: string }>(
    `SELECT i.indexrelid::regclass::text AS name, (${columns('i.indkey', 'i.indrelid')})[1] AS first
       FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
      WHERE t.relnamespace = 'public'::regnamespace AND t.relrowsecurity AND i.indisunique AND t.relname <> 'accounts'`,
  )
  expect(keys.map(({ name }) => name)).toContain('invitations_pkey')
  // the trail of an account is the account; that of a person is the person
  expect(keys.filter(({ first }) => first !== 'account_id' && first !== 'trail_id')).toEqual([])
})

test('every reference to a row of an account names the account too', async () => {
  const references = await asSuperuser<{ name: string; from: string[]; to: string[] }>(
    `SELECT c.conname AS name, ${columns('c.conkey', 'c.conrelid')} AS from, ${columns('c.confkey', 'c.confrelid')} AS to
       FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid
      WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace AND t.relrowsecurity`,
  )
  expect(references.map(({ name }) => name)).toContain('invitations_invited_by_fkey')
  const isBound = ({ from, to }: { from: string[]; to: string[] }) =>
    from[0] === 'account_id' && (to[0] === 'account_id' || String(to) === 'id')
  expect(references.filter((reference) => !isBound(reference))).toEqual([])
})

test('little refers to a membership: whoever takes a member out writes to all that does, and that must not take long', async () => {
  const references = await asSuperuser<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE contype = 'f' AND confrelid = 'memberships'::regclass ORDER BY 1`,
  )
  expect(references.map(({ name }) => name)).toEqual(['invitations_invited_by_fkey', 'memberships_ownership_offered_by_fkey'])
})
