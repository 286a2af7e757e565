import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeUpload } from '../examples/upload/store'

// The example of docs/guide/route-handlers.md.

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'atrium-upload-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('stores a body, and replaces the previous file', async () => {
  const file = path.join(folder, 'avatar')
  for (const text of ['first', 'second']) await storeUpload(new Blob([text]).stream(), file)
  expect(readFileSync(file, 'utf8')).toBe('second')
  expect(readdirSync(folder)).toEqual(['avatar'])
})

test('leaves nothing of a body that is cut off', async () => {
  let pulls = 0
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (pulls++ ? controller.error(new Error('cut off')) : controller.enqueue(new Uint8Array(1024))),
  })
  await expect(storeUpload(body, path.join(folder, 'avatar'))).rejects.toThrow('cut off')
  expect(readdirSync(folder)).toEqual([])
})
