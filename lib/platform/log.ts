import 'server-only'
import pino, { type Logger } from 'pino'

let logger: Logger | undefined

/** Returns the logger. Each entry is one line of JSON, so that user input cannot forge an entry (ASVS 16.4.1). Never log secrets. */
export function log(): Logger {
  logger ??= pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return logger
}
