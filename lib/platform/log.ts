import 'server-only'
import pino, { type Logger } from 'pino'
import { env } from './env'
import { writeReadable } from './readable-log'

let logger: Logger | undefined

/**
 * Returns the logger. Each entry is one line of JSON, so that user input cannot forge an entry (ASVS 16.4.1); in development, it
 * is a line to read. Never log secrets.
 */
export function log(): Logger {
  const { LOG_LEVEL: level, NODE_ENV } = env()
  const options = { base: null, level, timestamp: pino.stdTimeFunctions.isoTime }
  logger ??= NODE_ENV === 'development' ? pino(options, { write: writeReadable }) : pino(options)
  return logger
}
