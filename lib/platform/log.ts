import 'server-only'
import pino, { type Logger } from 'pino'

let logger: Logger | undefined

/** The log: one line of JSON a fact, so that no name can forge a line of its own (ASVS 16.4.1). Secrets never go in. */
export function log(): Logger {
  logger ??= pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return logger
}
