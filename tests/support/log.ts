import pino from 'pino'
import { afterAll, beforeEach } from 'vitest'
import { log } from '@/lib/platform/log'

/** Captures the log for a test file. @returns functions that read what was logged since the test started, and clear it */
export function captureLog<Line>() {
  let text = ''
  const stream = (log() as unknown as Record<symbol, { write: (line: string) => unknown }>)[pino.symbols.streamSym]
  const write = stream?.write
  if (stream) {
    stream.write = (line) => {
      text += line
    }
  }
  afterAll(() => {
    if (stream && write) stream.write = write
  })
  beforeEach(() => {
    text = ''
  })
  return {
    text: () => text,
    lines: () =>
      text
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line): Line => JSON.parse(line)),
    clear: () => {
      text = ''
    },
  }
}
