import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** Stores a body as a file, under another name until it is complete. One that is cut off or too large leaves nothing behind. */
export async function storeUpload(body: ReadableStream<Uint8Array>, file: string): Promise<void> {
  const incomplete = `${file}.${randomUUID()}`
  try {
    await pipeline(body, createWriteStream(incomplete, { flags: 'wx', mode: 0o600 }))
    await rename(incomplete, file)
  } catch (error) {
    await rm(incomplete, { force: true })
    throw error
  }
}
