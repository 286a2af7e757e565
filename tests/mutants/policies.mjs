// Ways to weaken row-level security in the database, for mutants.mjs.

/**
 * Returns mutants that drop each policy, open it to all rows, or turn off row-level security.
 * @param {string} superuserUrl of the database to weaken
 * @returns {Promise<{ name: string, weaken: string, mend: string }[]>} the SQL of each mutant, and the SQL that undoes it
 */
export async function policyMutants(superuserUrl) {
  const policies = await query(
    superuserUrl,
    `SELECT tablename, policyname, cmd, array_to_string(roles, ', ') AS roles, coalesce(qual, '') AS qual, coalesce(with_check, '') AS checked FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2`,
  )
  const ofPolicies = policies.flatMap(({ tablename: table = '', policyname = '', cmd = '', roles = '', qual = '', checked = '' }) => {
    const name = `the policy ${policyname} on ${table}`
    const drop = `DROP POLICY ${policyname} ON ${table};`
    const make = (/** @type {string} */ using, /** @type {string} */ check) =>
      `CREATE POLICY ${policyname} ON ${table} FOR ${cmd} TO ${roles}${qual ? ` USING (${using})` : ''}${checked ? ` WITH CHECK (${check})` : ''};`
    const mutants = [{ name: `${name}, dropped`, weaken: drop, mend: make(qual, checked) }]
    if (qual) mutants.push({ name: `${name}, shows everything`, weaken: drop + make('true', checked), mend: drop + make(qual, checked) })
    if (checked) mutants.push({ name: `${name}, takes everything`, weaken: drop + make(qual, 'true'), mend: drop + make(qual, checked) })
    return mutants
  })
  const ofTables = [...new Set(policies.map(({ tablename }) => tablename))].flatMap((table) =>
    Object.entries({ 'NO FORCE': 'FORCE', DISABLE: 'ENABLE' }).map(([off, on]) => ({
      name: `row-level security of ${table}, ${off}`,
      weaken: `ALTER TABLE ${table} ${off} ROW LEVEL SECURITY`,
      mend: `ALTER TABLE ${table} ${on} ROW LEVEL SECURITY`,
    })),
  )
  return [...ofPolicies, ...ofTables]
}

/** Runs a statement on a new connection. @param {string} url @param {string} sql @returns {Promise<Record<string, string>[]>} */
export async function query(url, sql) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end() // PostgreSQL copies a template only if no one is connected to it
  }
}
