import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Catalog, compare, findRoleFaults, readCatalog, withoutQualifiers } from '../isolation/catalog'
import { toHtml } from '../isolation/html'
import { asSuperuser } from '../support/database'

const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
let expected: Catalog
beforeAll(async () => {
  await client.connect()
  expected = await readCatalog(client)
})
afterAll(() => client.end())

// ASVS 8.4.1
test.each([
  ['ALTER POLICY invitations_of_account ON invitations USING (true)', 'policy invitations_of_account on invitations'],
  ['DROP POLICY invitations_of_account ON invitations', 'policy invitations_of_account on invitations'],
  ['CREATE POLICY open ON memberships USING (true)', 'policy open on memberships'],
  ['ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY', 'table memberships'],
  ['ALTER TABLE audit_events DISABLE ROW LEVEL SECURITY', 'table audit_events'],
  ['ALTER POLICY memberships_in_functions ON memberships TO atrium_runtime', 'policy memberships_in_functions on memberships'],
  ['GRANT UPDATE ON audit_chain TO atrium_runtime', 'grant UPDATE on audit_chain'],
  ['GRANT SELECT (password_hash) ON users TO atrium_app', 'grant SELECT on users.password_hash'],
  ['GRANT SELECT ON audit_chain TO PUBLIC', 'public grant SELECT on audit_chain'],
  [
    'GRANT EXECUTE ON FUNCTION operator_end_sessions TO PUBLIC',
    'public grant EXECUTE on operator_end_sessions(of_user uuid, of_account uuid)',
  ],
  ['CREATE VIEW everyone AS SELECT email FROM users; GRANT SELECT ON everyone TO atrium_app', 'grant SELECT on everyone'],
  ['ALTER VIEW people SET (security_invoker = false)', 'view people'],
  [
    'CREATE OR REPLACE VIEW people WITH (security_invoker = true) AS SELECT id, CASE WHEN true THEN email END AS email, CASE WHEN true THEN name END AS name FROM users',
    'view people',
  ],
  [
    `CREATE OR REPLACE FUNCTION current_account_id() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid'`,
    'function current_account_id()',
  ],
])('the isolation report names what this breaks: %s', async (sql, name) => {
  await asSuperuser(sql)
  const differences = compare(expected, await readCatalog(client))
  expect(differences.map((difference) => difference.name)).toContain(name)
  expected = await readCatalog(client)
})

test('the isolation report finds a role that can bypass row-level security', async () => {
  expect(await findRoleFaults(client)).toEqual([])
  const superuser = new pg.Client({ connectionString: process.env.DATABASE_SUPERUSER_URL })
  await superuser.connect()
  expect(await findRoleFaults(superuser)).toContainEqual(expect.stringContaining('superuser'))
  await superuser.end()
})

test('the isolation report shows facts as text', () => {
  const cell = { request: 'GET /<b>', caller: 'no session', status: 200, wanted: '404', isRight: false }
  const report = {
    checkout: '1',
    url: 'https://a.example',
    at: 'now',
    wrong: ['<i>'],
    roleFaults: [],
    differences: [],
    catalog: {},
    matrix: [cell],
  }
  expect(toHtml(report)).toContain('<tr class="wrong"><td>wrong<td>GET /&lt;b&gt;<td>no session<td>200<td>404</tr>')
})

test('the isolation report compares a view alike on PostgreSQL 15, which names the table in front of each column', () => {
  const [before, since] = ['SELECT users.id, users.name FROM users;', 'SELECT id, name FROM users;']
  expect(withoutQualifiers(before, ['users'])).toBe(since)
  expect(withoutQualifiers(since, ['users'])).toBe(since)
  expect(withoutQualifiers('SELECT users.id FROM users, accounts;', ['users', 'accounts'])).toContain('users.id')
})
