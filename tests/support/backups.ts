import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { writeBackup } from '@/lib/backup/backup.mjs'
import { restoreAccount } from '@/lib/backup/restore-account.mjs'
import { connect } from '../../scripts/connect.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'atrium-backups-'))
let count = 0

/** Backs up the database of the test file. @returns the file */
export async function backUp(key?: Buffer): Promise<string> {
  count += 1
  const file = path.join(folder, `${count}.backup`)
  await writeBackup(process.env.DATABASE_SUPERUSER_URL ?? '', file, key)
  return file
}

/** Restores an account as `npm run account:restore` does. */
export async function restoreFrom(file: string, account: string, options: { dryRun?: boolean } = {}) {
  const client = await connect(process.env.DATABASE_OWNER_URL ?? '')
  return restoreAccount(client, { account, file, keys: [], ...options }).finally(() => client.end())
}
