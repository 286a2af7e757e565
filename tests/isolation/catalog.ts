import { createHash } from 'node:crypto'
import type pg from 'pg'

/** What isolates accounts in a database: each fact by its name, as text. */
export type Catalog = Record<string, string>

/** A fact that differs from this release's migrations. */
export type Difference = { name: string; expected: string | null; found: string | null }

// Names roles by what they are, so that a database with other names of roles is compared alike.
const ROLE = (oid: string) => `CASE WHEN ${oid} = 0 THEN 'PUBLIC' WHEN ${oid} = current_user::regrole THEN 'the role of the server'
  WHEN ${oid} = (SELECT relowner FROM pg_class WHERE oid = 'public.users'::regclass) THEN 'the owner' ELSE ${oid}::regrole::text END`
const RELATIONS = `pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')`
const SIGNATURE = `format('%s(%s)', proname, pg_get_function_identity_arguments(oid))`

/** Selects what a role may do, through any grant: to the role itself, to a role that it belongs to, or to PUBLIC. */
const privilegesOf = (role: string) => `
  SELECT format('%s on %s', privilege, relname) AS name, 'granted' AS value
    FROM ${RELATIONS.replace('pg_class', `pg_class, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS privilege`)}
     AND has_table_privilege(${role}, pg_class.oid, privilege)
  UNION ALL SELECT format('%s on %s.%s', privilege, relname, attname), 'granted'
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) AS privilege
   WHERE attnum > 0 AND NOT attisdropped AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
     AND NOT has_table_privilege(${role}, attrelid, privilege) AND has_column_privilege(${role}, attrelid, attnum, privilege)
  UNION ALL SELECT format('EXECUTE on %s', ${SIGNATURE}), 'granted'
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND has_function_privilege(${role}, oid, 'EXECUTE')
  UNION ALL SELECT format('%s on schema public', privilege), 'granted'
    FROM unnest('{USAGE,CREATE}'::text[]) AS privilege WHERE has_schema_privilege(${role}, 'public', privilege)`

// Each selects a name and a value.
const FACTS = {
  table: `SELECT relname::text AS name, format('row-level security %s, %s', CASE WHEN relrowsecurity THEN 'enabled' ELSE 'disabled' END,
                 CASE WHEN relforcerowsecurity THEN 'forced' ELSE 'not forced' END) AS value
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  view: `SELECT relname::text AS name, format('%s %s %s', ${ROLE('relowner')}, reloptions, pg_get_viewdef(oid)) AS value,
                ARRAY(SELECT DISTINCT refobjid::regclass::text FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
                       WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
                         AND ev_class = pg_class.oid AND refobjid <> ev_class) AS tables
           FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')`,
  policy: `SELECT format('%s on %s', polname, polrelid::regclass) AS name,
                  format('%s %s USING (%s) WITH CHECK (%s) TO %s', polpermissive, polcmd, pg_get_expr(polqual, polrelid),
                         pg_get_expr(polwithcheck, polrelid),
                         (SELECT string_agg(name, ', ' ORDER BY name) FROM (SELECT ${ROLE('role')} AS name FROM unnest(polroles) AS role) AS named)) AS value
             FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = 'public'::regnamespace`,
  grant: privilegesOf('current_user'),
  'public grant': privilegesOf(`'public'::name`),
  member: `SELECT rolname::text AS name, 'the role of the server is a member' AS value
             FROM pg_roles WHERE oid <> current_user::regrole AND pg_has_role(current_user, oid, 'MEMBER')`,
  function: `SELECT ${SIGNATURE} AS name, format('%s %s %s %s', prosecdef, proconfig, ${ROLE('proowner')}, prosrc) AS value
               FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
} as const
const HASHED = new Set(['view', 'policy', 'function'])

/**
 * Reads what isolates accounts. It connects as the server's role, because what counts is what that role may do. Views,
 * policies, and functions are hashed.
 */
export async function readCatalog(client: pg.ClientBase): Promise<Catalog> {
  const catalog: Catalog = {}
  for (const [kind, sql] of Object.entries(FACTS)) {
    const { rows } = await client.query<{ name: string; value: string; tables?: string[] }>(`${sql} ORDER BY 1`)
    for (const { name, value, tables = [] } of rows)
      catalog[`${kind} ${name}`] = HASHED.has(kind) ? hash(withoutQualifiers(value, tables)) : value
  }
  return catalog
}

/**
 * Removes the name of a view's only table in front of its columns: PostgreSQL 15 and earlier print it, and later versions do not.
 * @param tables that the view reads; the names of several stay, because they tell columns apart
 */
export function withoutQualifiers(definition: string, tables: string[]): string {
  return tables.length === 1 ? definition.replaceAll(`${tables[0]}.`, '') : definition
}

/** Compares a catalog with this release's migrations. */
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
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')
     UNION ALL SELECT format('%s owns the function %s, or can become its owner', current_user, proname)
       FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND pg_has_role(current_user, proowner, 'MEMBER')`,
  )
  return rows.map(({ fault }) => fault)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
