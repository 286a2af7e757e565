import 'server-only'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { OutgoingMail } from './transport'

// The development mailbox: one file per email, in the checkout's own folder. Nothing here runs in production.

const MAX_EMAILS = 200
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export type StoredMail = OutgoingMail & { at: string }

/** Stores an email. Storing the same id again replaces it, and the oldest emails are deleted beyond a limit. */
export async function storeInMailbox(mail: OutgoingMail): Promise<void> {
  await mkdir(folder(), { recursive: true, mode: 0o700 })
  const temporary = path.join(folder(), `.${mail.id}`)
  await writeFile(temporary, JSON.stringify({ ...mail, at: new Date().toISOString() } satisfies StoredMail), { mode: 0o600 })
  await rename(temporary, fileOf(mail.id)) // atomic, so that a reader never sees half a file
  for (const id of (await listIds()).slice(MAX_EMAILS)) await rm(fileOf(id), { force: true })
}

/** Returns all stored emails, newest first. */
export async function listMailbox(): Promise<StoredMail[]> {
  return (await Promise.all((await listIds()).map(readMailbox))).filter((mail) => mail !== null)
}

/** Returns the email, or null if the id is unknown or malformed. */
export async function readMailbox(id: string): Promise<StoredMail | null> {
  if (!ID.test(id)) return null
  try {
    return JSON.parse(await readFile(fileOf(id), 'utf8'))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** UUIDv7 ids sort by time, so the newest is last by name. */
async function listIds(): Promise<string[]> {
  try {
    const files = await readdir(folder())
    return files
      .filter((file) => ID.test(path.parse(file).name))
      .map((file) => path.parse(file).name)
      .sort()
      .reverse()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function folder(): string {
  return path.join(process.cwd(), '.data', 'mailbox')
}

function fileOf(id: string): string {
  return path.join(folder(), `${id}.json`)
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
