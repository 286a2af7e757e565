// What the app reports to telemetry. Without OTEL_EXPORTER_OTLP_ENDPOINT, ./start is never loaded, and these functions do
// nothing. State is on globalThis, because Next bundles the instrumentation apart from the pages.
import type { ClientBase } from 'pg'

export type Attributes = Record<string, string | number | boolean>

/** Counters, by the name of their metric. */
export type CounterName = 'atrium.events' | 'atrium.denials'
/** Histograms of durations in seconds. */
export type DurationName = 'http.server.request.duration' | 'atrium.hashing.wait' | 'atrium.jobs.duration'
/** Gauges, read when metrics are exported. */
export type GaugeName = 'atrium.hashing.queue' | 'atrium.db.connections' | 'atrium.jobs.lag' | 'atrium.jobs.queued'

export type Observation = { value: number; attributes?: Attributes }
type Read = () => Observation[] | Promise<Observation[]>

/** What ./start provides. */
export type Telemetry = {
  inSpan: <T>(name: string, run: () => Promise<T>, options: SpanOptions) => Promise<T>
  count: (name: CounterName, attributes: Attributes) => void
  record: (name: DurationName, seconds: number, attributes: Attributes) => void
  /** the W3C trace context of the current span */
  traceparent: () => string | undefined
  /** ids of the current span, for the log */
  ids: () => { trace?: string }
  /** returns a client of `pg` with a span for each statement */
  traced: <C extends new (...args: never[]) => ClientBase>(client: C) => C
}
type SpanOptions = { attributes?: Attributes; parent?: string | undefined }

const globals = globalThis as typeof globalThis & { atriumTelemetry?: Telemetry; atriumGauges?: Map<GaugeName, Read> }

/** Returns telemetry, if it is on. */
export function telemetry(): Telemetry | undefined {
  return globals.atriumTelemetry
}

/** Turns telemetry on. */
export function setTelemetry(started: Telemetry): void {
  globals.atriumTelemetry = started
}

/** Runs a function in a span, as a child of the current one or of `parent`, a W3C trace context. */
export function inSpan<T>(name: string, run: () => Promise<T>, options: SpanOptions = {}): Promise<T> {
  return globals.atriumTelemetry ? globals.atriumTelemetry.inSpan(name, run, options) : run()
}

/** Says how to read a gauge. */
export function observe(name: GaugeName, read: Read): void {
  gauges().set(name, read)
}

/** Returns how to read each gauge. */
export function gauges(): Map<GaugeName, Read> {
  globals.atriumGauges ??= new Map()
  return globals.atriumGauges
}
