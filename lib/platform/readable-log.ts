import pino from 'pino'

const TIME = { from: 'yyyy-mm-ddT'.length, to: 'yyyy-mm-ddThh:mm:ss'.length }

/** Writes a log entry as a readable line, for development: time, level, message, and the other fields. */
export function writeReadable(line: string): void {
  process.stdout.write(readable(line))
}

/** Formats a log entry as a readable line. The stack of an error follows on separate lines. */
export function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown> & { err?: { stack?: string } }
  const texts = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const label = (pino.levels.labels[Number(level)] ?? '').padEnd('error'.length)
  const head = [String(time).slice(TIME.from, TIME.to), label, msg, ...texts].join(' ')
  return err?.stack ? `${head}\n${err.stack}\n` : `${head}\n`
}
