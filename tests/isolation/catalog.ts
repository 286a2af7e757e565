import { createHash } from 'node:crypto'
import type pg from 'pg'

/** What isolates accounts in a database: each fact by its name, as text. */
export type Catalog = Record<string, string>

/** A fact that differs from that of this release's migrations. */
export type Difference = { name: string; expected: string | null; found: string | null }

// Each selects a name and a value.
const FACTS = {
  table: `SELECT relname::text AS name, format('row-level security %s, %s', CASE WHEN relrowsecurity THEN 'enabled' ELSE 'disabled' END,
                 CASE WHEN relforcerowsecurity THEN 'forced' ELSE 'not forced' END) AS value
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  policy: `SELECT format('%s on %s', policyname, tablename) AS name,
                  format('%s %s USING (%s) WITH CHECK (%s) TO %s', permissive, cmd, qual, with_check,
                         CASE WHEN roles = '{public}' THEN 'public' ELSE 'owner' END) AS value
             FROM pg_policies WHERE schemaname = 'public'`,
  grant: `SELECT format('%s on %s', privilege_type, table_name || coalesce('.' || column_name, '')) AS name, 'granted to atrium_runtime' AS value
            FROM (SELECT table_name, NULL AS column_name, privilege_type FROM information_schema.role_table_grants
                   WHERE grantee = 'atrium_runtime' AND table_schema = 'public'
                  UNION SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges
                   WHERE grantee = 'atrium_runtime' AND table_schema = 'public') AS granted`,
  function: `SELECT format('%s(%s)', proname, pg_get_function_identity_arguments(oid)) AS name,
                    format('%s %s %s', prosecdef, proconfig, prosrc) AS value
               FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
} as const

/** Reads what isolates accounts, as any role can. Policies and functions are hashed. */
export async function readCatalog(client: pg.ClientBase): Promise<Catalog> {
  const catalog: Catalog = {}
  for (const [kind, sql] of Object.entries(FACTS)) {
    const { rows } = await client.query<{ name: string; value: string }>(`${sql} ORDER BY 1`)
    for (const { name, value } of rows) catalog[`${kind} ${name}`] = kind === 'table' || kind === 'grant' ? value : hash(value)
  }
  return catalog
}

/** Compares a catalog with that of this release's migrations. */
export function compare(expected: Catalog, found: Catalog): Difference[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])]
    .filter((name) => expected[name] !== found[name])
    .map((name) => ({ name, expected: expected[name] ?? null, found: found[name] ?? null }))
}

/** Finds what lets a role see rows of several accounts. */
export async function findRoleFaults(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ fault: string }>(
    `SELECT format('%s is, or can become, a superuser or BYPASSRLS role', current_user) AS fault
       FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
     UNION ALL SELECT format('%s owns %s, or can become its owner', current_user, relname)
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')`,
  )
  return rows.map(({ fault }) => fault)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
