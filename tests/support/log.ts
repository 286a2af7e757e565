import pino from 'pino'
import { afterAll, beforeEach } from 'vitest'
import { log } from '@/lib/platform/log'

/** Listens to the log for a test file. @returns what was written to it since the test began, as text and line by line */
export function listenToLog<Line>() {
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
    forget: () => {
      text = ''
    },
  }
}
