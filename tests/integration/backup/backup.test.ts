import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { verifyTrails } from '@/lib/audit/verify-trails.mjs'
import { writeBackup } from '@/lib/backup/backup.mjs'
import { restoreBackup } from '@/lib/backup/restore.mjs'
import { refuseWithoutPostgres } from '@/lib/backup/verify.mjs'
import { connect } from '../../../scripts/connect.mjs'
import { copyTemplate, named } from '../../run/databases.mjs'
import { backUp } from '../../support/backups'
import { asSuperuser } from '../../support/database'
import { ownerScope, unique } from '../../support/people'
import { insertResources } from '../../support/resources'

const KEY = randomBytes(32)
const superuser = process.env.DATABASE_SUPERUSER_URL ?? ''
const owner = process.env.DATABASE_OWNER_URL ?? ''

let file: string
beforeAll(async () => {
  const scope = await ownerScope()
  await asSuperuser('UPDATE users SET name = $2 WHERE id = $1', [scope.user.id, 'Quotes "\\n" and ünïcode\u2028'])
  await insertResources(scope)
  await appendPendingEvents()
  file = await backUp(KEY)
})

/** Creates an empty database. @returns its name */
async function emptyDatabase() {
  const name = unique('restored').toLowerCase().replace(/\W/g, '_')
  await copyTemplate(superuser, name)
  return name
}

async function inDatabase<T>(name: string, fn: (client: Awaited<ReturnType<typeof connect>>) => Promise<T>): Promise<T> {
  const client = await connect(named(superuser, name))
  return fn(client).finally(() => client.end())
}

const countUsers = (name: string) =>
  inDatabase(name, async (client) => Number((await client.query('SELECT count(*) FROM users')).rows[0].count))

/** What protects the rows: forced row-level security, triggers, and foreign keys. */
const readRules = (name: string) =>
  inDatabase(name, async (client) => {
    const { rows } = await client.query(`
      SELECT oid::regclass::text AS name, relforcerowsecurity::text AS rule FROM pg_class WHERE relrowsecurity
      UNION ALL SELECT tgrelid::regclass || ' ' || tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' ORDER BY 1`)
    return rows
  })

// ASVS 16.4.2
test('restores every row, and the rules that protect them, into an empty database', async () => {
  const name = await emptyDatabase()
  const rules = await readRules(name)
  const { counts } = await restoreBackup({ ownerUrl: named(owner, name) }, file, [randomBytes(32), KEY])
  expect(counts.find(({ table }) => table === 'public.memberships')?.rows).toBeGreaterThan(0)
  expect(await readRules(name)).toEqual(rules)
  const copy = await writeBackup(named(superuser, name), `${file}.copy`)
  expect(copy.counts).toEqual(counts)
  const faults: string[] = []
  const { events } = await inDatabase(name, (client) => verifyTrails(client, new Map(), (line) => faults.push(line)))
  expect(faults).toEqual([])
  expect(events).toBeGreaterThan(0)
})

// ASVS 11.3.2
test('an encrypted backup reveals nothing, and is not restored if a byte was changed, the end is missing, or the key is wrong', async () => {
  const bytes = readFileSync(file)
  expect(() => gunzipSync(bytes)).toThrow()
  const name = await emptyDatabase()
  const flipped = Buffer.from(bytes)
  flipped[bytes.length - 20] = (flipped[bytes.length - 20] ?? 0) ^ 1
  writeFileSync(`${file}.flipped`, flipped)
  writeFileSync(`${file}.cut`, bytes.subarray(0, -1000))
  const ownerUrl = named(owner, name)
  await expect(restoreBackup({ ownerUrl }, `${file}.flipped`, [KEY])).rejects.toThrow(/was changed or cut off/)
  await expect(restoreBackup({ ownerUrl }, `${file}.cut`, [KEY])).rejects.toThrow(/was changed or cut off/)
  await expect(restoreBackup({ ownerUrl }, file, [randomBytes(32)])).rejects.toThrow(/BACKUP_KEY does not have/)
  expect(await countUsers(name)).toBe(0)
})

test.each([
  ['a row is missing', (text: string) => text.replace(/\n\{"id": [^\n]+"name_key"[^\n]+/, ''), /was changed or cut off/],
  ['the end is missing', (text: string) => text.replace('#"end"\n', ''), /was changed or cut off/],
  [
    'it has an unknown migration',
    (text: string) => text.replace('20261123000000_front_door', '20991123000000_later'),
    /of a later release/,
  ],
  ['it lacks a migration', (text: string) => text.replace('"20261123000000_front_door",', ''), /of an earlier release/],
])('a backup is not restored if %s', async (_, change, message) => {
  const name = await emptyDatabase()
  const plain = await backUp()
  const text = gunzipSync(readFileSync(plain)).toString()
  const changed = change(text)
  expect(changed).not.toBe(text)
  writeFileSync(plain, gzipSync(changed))
  await expect(restoreBackup({ ownerUrl: named(owner, name) }, plain, [])).rejects.toThrow(message)
  expect(await countUsers(name)).toBe(0)
})

test('a database with users is not overwritten', async () => {
  await expect(restoreBackup({ ownerUrl: owner }, file, [KEY])).rejects.toThrow(/only into an empty one/)
})

test('a role that row-level security applies to cannot back up', async () => {
  await expect(writeBackup(owner, `${file}.owner`)).rejects.toThrow(/cannot read every row.*BYPASSRLS/s)
  expect(() => readFileSync(`${file}.owner`)).toThrow()
})

test('without the embedded PostgreSQL, as in the container, --verify asks for --scratch', () => {
  expect(() => refuseWithoutPostgres()).not.toThrow()
  expect(() => refuseWithoutPostgres(createRequire('/'))).toThrow(/not installed here.*--scratch URL/)
})
