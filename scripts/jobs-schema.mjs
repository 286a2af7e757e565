// The queue's own tables, in a schema of their own: made by graphile-worker, and opened to the role that serves.
import { CliError } from './cli.mjs'

/** What the server does with each table: it adds jobs, takes them, and finishes them. It may change no table. */
const GRANTS = {
  _private_jobs: 'SELECT, INSERT, UPDATE, DELETE',
  _private_job_queues: 'SELECT, INSERT, UPDATE',
  _private_tasks: 'SELECT, INSERT',
  _private_known_crontabs: 'SELECT, INSERT, UPDATE',
  migrations: 'SELECT',
}

/**
 * Makes or updates the queue's tables and lets atrium_runtime use them. Safe to run twice; the caller holds the lock
 * that keeps two from running at once.
 * @param {import('pg').Client} client signed in as the owner
 * @param {string} ownerUrl
 * @throws {CliError} when the owner role may not make a schema
 */
export async function prepareJobs(client, ownerUrl) {
  const { Logger, runMigrations } = await import('graphile-worker')
  try {
    await runMigrations({ connectionString: ownerUrl, maxPoolSize: 1, logger: new Logger(() => () => undefined) })
  } catch (error) {
    throw new CliError(
      `The owner role could not set up the queue of jobs: ${/** @type {Error} */ (error).message}. It needs CREATE on the database.`,
    )
  }
  await client.query('GRANT USAGE ON SCHEMA graphile_worker TO atrium_runtime')
  for (const [table, rights] of Object.entries(GRANTS)) {
    await client.query(`GRANT ${rights} ON graphile_worker.${table} TO atrium_runtime`)
  }
  // graphile-worker switches row-level security on, to shut its tables to all but their owner; these open them to one role more.
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
