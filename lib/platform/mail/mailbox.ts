import 'server-only'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { OutgoingMail } from './transport'

// The mailbox of development: a file for each mail, in the checkout's own folder. Nothing here runs in production.

const MAX_KEPT = 200
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export type KeptMail = OutgoingMail & { at: string }

/** Keeps a mail; the same one again takes its own place. Of very many, the oldest go. */
export async function keepInMailbox(mail: OutgoingMail): Promise<void> {
  await mkdir(folder(), { recursive: true, mode: 0o700 })
  const unfinished = path.join(folder(), `.${mail.id}`)
  await writeFile(unfinished, JSON.stringify({ ...mail, at: new Date().toISOString() } satisfies KeptMail), { mode: 0o600 })
  await rename(unfinished, fileOf(mail.id)) // whole or not at all, for whoever is reading
  for (const id of (await idsKept()).slice(MAX_KEPT)) await rm(fileOf(id), { force: true })
}

/** @returns every mail that is kept, the newest first */
export async function listMailbox(): Promise<KeptMail[]> {
  return (await Promise.all((await idsKept()).map(readMailbox))).filter((mail) => mail !== null)
}

/** @returns the mail, or null when there is none with that id, whatever the id is */
export async function readMailbox(id: string): Promise<KeptMail | null> {
  if (!ID.test(id)) return null
  try {
    return JSON.parse(await readFile(fileOf(id), 'utf8'))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Ids are in the order of time, so the newest is the last by name. */
async function idsKept(): Promise<string[]> {
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
