import { context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { ClientBase } from 'pg'

const TEXT_MAX_LENGTH = 500

type Callback = (error?: Error, ...results: unknown[]) => void
type Query = (...args: unknown[]) => unknown

/** Returns a client of `pg` with a span for each statement. The text of a statement has placeholders instead of values. */
export function tracedClient<C extends new (...args: never[]) => ClientBase>(client: C, tracer: Tracer): C {
  const query = client.prototype.query as Query
  const Traced = class extends (client as unknown as new (...args: unknown[]) => ClientBase) {}
  Traced.prototype.query = function (this: ClientBase, ...args: unknown[]) {
    if (!trace.getActiveSpan()) return query.apply(this, args) // such as polling for jobs
    const text = textOf(args[0])
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, TEXT_MAX_LENGTH) }
    const span = tracer.startSpan(text.split(' ', 1)[0] ?? 'SQL', { kind: SpanKind.CLIENT, attributes })
    const end = (error?: Error) => {
      if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
      span.end()
    }
    const last = args.at(-1)
    if (typeof last === 'function') {
      const callback = context.bind(context.active(), last as Callback)
      const ended: Callback = (error, ...results) => {
        end(error)
        callback(error, ...results)
      }
      return query.apply(this, [...args.slice(0, -1), ended])
    }
    const result = query.apply(this, args)
    if (result instanceof Promise) result.then(() => end(), end)
    else end()
    return result
  } as ClientBase['query']
  return Traced as unknown as C
}

function textOf(query: unknown): string {
  const text = typeof query === 'string' ? query : String((query as { text?: string }).text ?? '')
  return text.trim().replace(/\s+/g, ' ')
}
