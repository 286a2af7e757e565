// Writes and reads backups: all rows of all tables in one snapshot, one row a line as JSON, compressed. The schema is not in a
// backup: it comes from the migrations, whose names are.
//
// A line that starts with # describes what follows: the backup, or a table. The others are rows.
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { connect } from '../../scripts/connect.mjs'
import { CliError } from '../platform/cli.mjs'
import { encryptWith, openBackup } from './encryption.mjs'
import { listMigrations, listTables, prepareSession, readRows, TableHash } from './tables.mjs'

const FORMAT = 1
const CHUNK_BYTES = 256 * 1024
const LINES_PER_BATCH = 500
const BATCH_MAX_BYTES = 4 * 1024 * 1024

/**
 * @typedef {{ format: number, takenAt: string, migrations: string[] }} Head
 * @typedef {{ table: string, rows: number, sha256: string }} Count
 */

/**
 * Writes a backup. The file exists only when it is complete. Until then, its name ends in .part, and a signal removes it.
 * @param {string} url of a role that bypasses row-level security
 * @param {string} file @param {Buffer} [key] encrypts it
 * @returns {Promise<{ head: Head, counts: Count[] }>}
 * @throws {CliError} if the role cannot read every row
 */
export async function writeBackup(url, file, key) {
  const client = await connect(url)
  const part = `${file}.${process.pid}.part` // two backups may be written to one file at once
  const removePart = () => rmSync(part, { force: true })
  process.once('exit', removePart)
  /** @type {{ head: Head, counts: Count[] }} */
  const result = { head: { format: FORMAT, takenAt: '', migrations: [] }, counts: [] }
  try {
    await prepareSession(client)
    const output = createWriteStream(part, { mode: 0o600, flush: true })
    const pieces = joinLines(readDatabase(client, result))
    await (key ? pipeline(pieces, createGzip(), encryptWith(key), output) : pipeline(pieces, createGzip(), output))
    renameSync(part, file)
    return result
  } catch (error) {
    removePart()
    throw explain(/** @type {NodeJS.ErrnoException} */ (error), new URL(url), file)
  } finally {
    process.off('exit', removePart)
    await client.end()
  }
}

/** @param {NodeJS.ErrnoException} error @param {URL} url @param {string} file */
function explain(error, url, file) {
  const role = decodeURIComponent(url.username)
  if (error.code === '42501')
    return new CliError(
      `The role "${role}" cannot read every row (${error.message}). As a superuser, create one that can, and name it in BACKUP_DATABASE_URL: CREATE ROLE atrium_backup LOGIN BYPASSRLS PASSWORD '…' IN ROLE pg_read_all_data;`,
    )
  if (error.syscall) return new CliError(`The backup ${file} cannot be written: ${error.message}`)
  return error
}

/** @param {import('pg').Client} client @param {{ head: Head, counts: Count[] }} result filled while it is read */
async function* readDatabase(client, { head, counts }) {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  await client.query('SET LOCAL row_security = off') // an error instead of missing rows
  const { rows } = await client.query('SELECT now() AS "takenAt"')
  Object.assign(head, { takenAt: rows[0].takenAt.toISOString(), migrations: await listMigrations(client) })
  yield `#${JSON.stringify(head)}`
  for (const table of await listTables(client)) {
    yield `#${JSON.stringify({ table: table.name })}`
    const hash = new TableHash()
    for await (const line of readRows(client, table)) {
      hash.add(line)
      yield line
    }
    const count = { table: table.name, ...hash.digest() }
    counts.push(count)
    yield `#${JSON.stringify({ count })}`
  }
  yield '#"end"'
  await client.query('COMMIT')
}

/** @param {AsyncIterable<string>} lines */
async function* joinLines(lines) {
  let piece = ''
  for await (const line of lines) {
    piece += `${line}\n`
    if (piece.length < CHUNK_BYTES) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(piece)
}

/**
 * Reads a backup, and checks that it is complete and unchanged. Nothing that was read counts until this ends without an error.
 * @param {string} file @param {Buffer[]} keys
 * @param {{ head: (head: Head) => Promise<void>, rows: (table: string, lines: string[]) => Promise<void> }} receive
 * @returns {Promise<Count[]>}
 * @throws {CliError} if the file is not a complete backup
 */
export async function readBackup(file, keys, receive) {
  const source = await openBackup(file, keys)
  const state = { table: '', hash: new TableHash(), counts: /** @type {Count[]} */ ([]), hasHead: false, isComplete: false }
  /** @type {unknown} */
  let failure // the pipeline may report an AbortError instead
  try {
    await pipeline(source, createGunzip(), async (chunks) => {
      try {
        for await (const lines of batches(splitLines(chunks))) await receiveBatch(lines, state, receive)
      } catch (error) {
        failure = error
        throw error
      }
    })
  } catch (aborted) {
    const error = failure ?? aborted
    const { code = '', message } = /** @type {NodeJS.ErrnoException} */ (error)
    if (error instanceof SyntaxError || code.startsWith('Z_') || /authenticate data/.test(message)) throw damaged(file)
    throw error
  }
  if (!state.isComplete) throw damaged(file)
  return state.counts
}

/** @param {string} file */
function damaged(file) {
  return new CliError(`The file ${file} is not a backup, or was changed or cut off. Nothing was restored. Use another backup.`)
}

/**
 * @param {string[]} lines rows of one table, or one line that starts with #
 * @param {{ table: string, hash: TableHash, counts: Count[], hasHead: boolean, isComplete: boolean }} state
 * @param {Parameters<typeof readBackup>[2]} receive
 */
async function receiveBatch(lines, state, receive) {
  const [first = ''] = lines
  if (!first.startsWith('#')) {
    for (const line of lines) state.hash.add(line)
    return receive.rows(state.table, lines)
  }
  const fact = JSON.parse(first.slice(1))
  if (!state.hasHead) {
    if (fact.format !== FORMAT) throw new SyntaxError('not a backup')
    state.hasHead = true
    return receive.head(fact)
  }
  if (fact === 'end') state.isComplete = true
  else if (fact.table) Object.assign(state, { table: fact.table, hash: new TableHash() })
  else {
    const { rows, sha256 } = state.hash.digest()
    if (rows !== fact.count.rows || sha256 !== fact.count.sha256) throw new SyntaxError('a table is not complete')
    state.counts.push(fact.count)
  }
}

/** @param {AsyncIterable<Buffer>} chunks */
async function* splitLines(chunks) {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

/** @param {AsyncIterable<string>} lines */
async function* batches(lines) {
  /** @type {string[]} */
  let batch = []
  let bytes = 0
  for await (const line of lines) {
    const isFact = line.startsWith('#')
    if (batch.length && (isFact || batch.length === LINES_PER_BATCH || bytes > BATCH_MAX_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    if (isFact) yield [line]
    else {
      batch.push(line)
      bytes += line.length
    }
  }
}
