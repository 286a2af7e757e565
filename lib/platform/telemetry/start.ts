import 'server-only'
import { context, metrics, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { BRAND } from '@/lib/brand'
import { redaction } from './redaction'
import { tracedClient } from './statements'
import { type CounterName, type DurationName, type GaugeName, gauges, setTelemetry, type Telemetry } from './telemetry'

const SCOPE = 'atrium'
const EXPORT_INTERVAL_MS = 60_000
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const GAUGES: Record<GaugeName, { description: string; unit?: string }> = {
  'atrium.hashing.queue': { description: 'Password hashes that run or wait, by state' },
  'atrium.db.connections': { description: 'Database connections of this process, by pool and state' },
  'atrium.jobs.lag': { description: 'How long the oldest due job has waited', unit: 's' },
  'atrium.jobs.queued': { description: 'Jobs in the queue, by state' },
}
const COUNTERS: Record<CounterName, string> = {
  'atrium.events': 'Events of the audit trail, by kind',
  'atrium.denials': 'Refused requests, by reason and limit',
}
const HISTOGRAMS: Record<DurationName, string> = {
  'http.server.request.duration': 'Requests, by method, route, and status',
  'atrium.hashing.wait': 'How long a password hash waited for its turn',
  'atrium.jobs.duration': 'Jobs, by name and outcome',
}

/**
 * Starts to export traces and metrics over OTLP/HTTP. OpenTelemetry's own variables configure the exporters.
 * @param pathForLog returns the part of a path that may be exported
 * @returns a function that exports what is left, for the shutdown
 */
export function startTelemetry(pathForLog: (path: string) => string): () => Promise<void> {
  const resource = resourceFromAttributes({
    'service.name': process.env.OTEL_SERVICE_NAME || BRAND.name.toLowerCase(),
    'service.instance.id': `${process.env.HOSTNAME ?? 'local'}:${process.pid}`,
  })
  const tracers = new BasicTracerProvider({
    resource,
    spanProcessors: [redaction(pathForLog), new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  const exportIntervalMillis = Number(process.env.OTEL_METRIC_EXPORT_INTERVAL) || EXPORT_INTERVAL_MS
  const exportTimeoutMillis = Math.min(exportIntervalMillis, EXPORT_INTERVAL_MS / 2)
  const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis, exportTimeoutMillis })
  const meters = new MeterProvider({ resource, readers: [reader] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(tracers) // including the spans of Next
  metrics.setGlobalMeterProvider(meters)
  setTelemetry(createTelemetry())
  return async () => void (await Promise.allSettled([tracers.shutdown(), meters.shutdown()]))
}

function createTelemetry(): Telemetry {
  const meter = metrics.getMeter(SCOPE)
  const tracer = trace.getTracer(SCOPE)
  const counters = mapValues(COUNTERS, (description, name) => meter.createCounter(name, { description }))
  const advice = { explicitBucketBoundaries: DURATIONS }
  const durations = mapValues(HISTOGRAMS, (description, name) => meter.createHistogram(name, { description, unit: 's', advice }))
  for (const [name, options] of Object.entries(GAUGES)) {
    meter.createObservableGauge(name, options).addCallback(async (result) => {
      for (const { value, attributes } of (await gauges().get(name as GaugeName)?.()) ?? []) result.observe(value, attributes)
    })
  }
  return {
    inSpan: (name, run, { attributes = {}, parent }) => {
      const from = parent ? propagation.extract(ROOT_CONTEXT, { traceparent: parent }) : context.active()
      const kind = parent ? SpanKind.CONSUMER : SpanKind.INTERNAL
      return tracer.startActiveSpan(name, { attributes, kind }, from, (span) => untilEnd(span, run))
    },
    count: (name, attributes) => counters[name].add(1, attributes),
    record: (name, seconds, attributes) => durations[name].record(seconds, attributes),
    traceparent: () => {
      const carrier: { traceparent?: string } = {}
      propagation.inject(context.active(), carrier)
      return carrier.traceparent
    },
    ids: () => {
      const traceId = trace.getActiveSpan()?.spanContext().traceId
      return traceId ? { trace: traceId } : {}
    },
    traced: (client) => tracedClient(client, tracer),
  }
}

async function untilEnd<T>(span: Span, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name })
    throw error
  } finally {
    span.end()
  }
}

function mapValues<K extends string, V, R>(record: Record<K, V>, map: (value: V, key: K) => R): Record<K, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value as V, key as K)])) as Record<K, R>
}
