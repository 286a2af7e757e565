// The tables of the job queue, in their own schema. graphile-worker creates them, and the runtime role gets access to them.
import { CliError } from '../lib/platform/cli.mjs'

/** The privileges that the server needs on each table to add, take, and finish jobs. */
const GRANTS = {
  _private_jobs: 'SELECT, INSERT, UPDATE, DELETE',
  _private_job_queues: 'SELECT, INSERT, UPDATE',
  _private_tasks: 'SELECT, INSERT',
  _private_known_crontabs: 'SELECT, INSERT, UPDATE',
  migrations: 'SELECT',
}

/**
 * Creates or updates the queue's tables, and grants atrium_runtime access to them. It is safe to run again. The caller must
 * hold the migration lock.
 * @param {import('pg').Client} client connected as the owner
 * @param {string} ownerUrl
 * @throws {CliError} if the owner role cannot create a schema
 */
export async function prepareJobs(client, ownerUrl) {
  const { Logger, runMigrations } = await import('graphile-worker')
  try {
    await runMigrations({ connectionString: ownerUrl, maxPoolSize: 1, logger: new Logger(() => () => undefined) })
  } catch (error) {
    throw new CliError(
      `The owner role could not set up the job queue: ${/** @type {Error} */ (error).message}. It needs CREATE on the database.`,
    )
  }
  await client.query('GRANT USAGE ON SCHEMA graphile_worker TO atrium_runtime')
  for (const [table, privileges] of Object.entries(GRANTS)) {
    await client.query(`GRANT ${privileges} ON graphile_worker.${table} TO atrium_runtime`)
  }
  // graphile-worker enables row-level security to hide its tables from all but their owner. These policies admit one more role.
  const { rows } = await client.query(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'graphile_worker'::regnamespace AND relkind = 'r' AND relrowsecurity
       AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'atrium_runtime')`,
  )
  for (const { name } of rows) {
    await client.query(
      `CREATE POLICY atrium_runtime ON graphile_worker.${client.escapeIdentifier(name)} TO atrium_runtime USING (true) WITH CHECK (true)`,
    )
  }
}
