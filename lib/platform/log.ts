import 'server-only'
import pino, { type Logger } from 'pino'
import { writeReadable } from './readable-log'
import { telemetry } from './telemetry/telemetry'

let logger: Logger | undefined

/**
 * Returns the logger. Each entry is one line of JSON, so that user input cannot forge an entry (ASVS 16.4.1); in development,
 * it is a readable line. Never log secrets.
 */
export function log(): Logger {
  logger ??= createLogger()
  return logger
}

function createLogger(): Logger {
  const { LOG_LEVEL, NODE_ENV } = process.env // the settings have been validated, or the log says why they are wrong
  const mixin = () => telemetry()?.ids() ?? {}
  const options = { base: null, level: LOG_LEVEL || 'info', mixin, timestamp: pino.stdTimeFunctions.isoTime }
  return NODE_ENV === 'development' ? pino(options, { write: writeReadable }) : pino(options)
}
