import type { SpanProcessor } from '@opentelemetry/sdk-trace-base'

/**
 * Removes tokens and queries from the spans of Next, whose `http.target` and names are the URL as it arrived, before they are
 * exported. Comes before the processor that exports.
 * @param pathForLog returns the part of a path that may be exported
 */
export const redaction = (pathForLog: (path: string) => string): SpanProcessor => ({
  onStart: () => undefined,
  onEnd: (span) => {
    const redact = (text: string) => text.replace(PATH, pathForLog)
    const named = span as { name: string }
    named.name = redact(span.name)
    for (const [key, value] of Object.entries(span.attributes)) {
      if (typeof value === 'string' && OF_A_URL.test(key)) span.attributes[key] = redact(value)
    }
  },
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
})

const OF_A_URL = /^(http|url|next)\./
const PATH = /\/[^\s'"]*/g
