import { afterEach, expect, test, vi } from 'vitest'
import { download } from '@/lib/http/download'

afterEach(() => void vi.useRealTimers())

const KB = 'x'.repeat(1024)
const FILE = { type: 'json', name: 'file' } as const

/** A download of pieces of 200 kB, and whether it has released what it holds. */
function newDownload(count = Number.POSITIVE_INFINITY) {
  const state = { read: 0, isReleased: false, ended: 0 }
  async function* pieces() {
    try {
      while (state.read < count) {
        state.read += 1
        yield KB.repeat(200)
      }
    } finally {
      state.isReleased = true
    }
  }
  const response = download(pieces(), FILE, async () => {
    state.ended += 1
  })
  return { reader: (response.body as ReadableStream<Uint8Array>).getReader(), state }
}

// ASVS 15.2.2
test('a download that no one reads is canceled within 15 seconds, and ends what it reads from', async () => {
  vi.useFakeTimers()
  const { reader, state } = newDownload()
  await vi.advanceTimersByTimeAsync(9_000)
  expect(state).toEqual({ read: 1, isReleased: false, ended: 0 })
  await vi.advanceTimersByTimeAsync(6_000)
  expect(state).toEqual({ read: 1, isReleased: true, ended: 1 })
  await expect(reader.read()).rejects.toThrow('The client reads too slowly')
})

// ASVS 15.2.2
test.each([
  ['8 kB', 8_000, true],
  ['64 kB', 1_000, false],
])('a client that reads %s a second is canceled: %s', async (_, msPerChunk, isCanceled) => {
  vi.useFakeTimers()
  const { reader, state } = newDownload()
  const reading = (async () => {
    for (let n = 0; n < 20; n += 1) {
      await reader.read()
      await new Promise((resolve) => setTimeout(resolve, msPerChunk))
    }
  })()
  const outcome = reading.then(
    () => 'read',
    () => 'canceled',
  )
  await vi.advanceTimersByTimeAsync(20 * msPerChunk)
  expect(await outcome).toBe(isCanceled ? 'canceled' : 'read')
  expect(state.isReleased).toBe(isCanceled)
})

test('a download sends every byte, and ends once', async () => {
  const { reader, state } = newDownload(3)
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length
  expect(bytes).toBe(3 * 200 * 1024)
  await reader.cancel()
  expect(state).toEqual({ read: 3, isReleased: true, ended: 1 })
})

test('a client that disconnects ends the download', async () => {
  const { reader, state } = newDownload()
  await reader.read()
  await reader.cancel()
  expect(state).toMatchObject({ isReleased: true, ended: 1 })
})

test('a download whose source fails breaks off, and ends', async () => {
  const onEnd = vi.fn(async () => undefined)
  async function* pieces() {
    yield 'a part'
    throw new Error('the database failed')
  }
  const response = download(pieces(), FILE, onEnd)
  await expect(response.text()).rejects.toThrow('the database failed')
  expect(onEnd).toHaveBeenCalledTimes(1)
})

// ASVS 15.2.2
test('a download ends after ten minutes, so that it does not outlive its limit', async () => {
  vi.useFakeTimers()
  const { reader, state } = newDownload()
  const reading = (async () => {
    for (;;) {
      await reader.read()
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  })()
  const failed = expect(reading).rejects.toThrow('The download takes too long')
  await vi.advanceTimersByTimeAsync(9.9 * 60_000)
  expect(state.ended).toBe(0)
  await vi.advanceTimersByTimeAsync(0.2 * 60_000)
  expect(state.ended).toBe(1)
  await failed
})
