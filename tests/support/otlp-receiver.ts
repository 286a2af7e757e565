import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

type Attribute = { key: string; value: { stringValue?: string; intValue?: number } }
export type ExportedSpan = { name: string; traceId: string; spanId: string; parentSpanId?: string; attributes: Attribute[] }
type Point = { attributes: Attribute[]; asDouble?: number; asInt?: number; count?: number }
type Metric = { name: string; sum?: { dataPoints: Point[] }; gauge?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } }
type Body = {
  resourceSpans?: { scopeSpans: { spans: ExportedSpan[] }[] }[]
  resourceMetrics?: { scopeMetrics: { metrics: Metric[] }[] }[]
}

/** Receives traces and metrics over OTLP/HTTP with JSON, as a collector does. */
export async function startReceiver() {
  const bodies: Body[] = []
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      bodies.push(body as Body)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const metrics = () =>
    bodies.flatMap((body) => body.resourceMetrics ?? []).flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: () => JSON.stringify(bodies),
    spans: () => bodies.flatMap((body) => body.resourceSpans ?? []).flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)),
    /** @returns the points of a metric, each as its attributes and value */
    points: (name: string) =>
      metrics()
        .filter((metric) => metric.name === name)
        .flatMap(({ sum, gauge, histogram }) => (sum ?? gauge ?? histogram)?.dataPoints ?? [])
        .map(({ attributes, asDouble, asInt, count }) => ({
          ...Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)])),
          value: Number(asDouble ?? asInt ?? count),
        })),
    stop: () => server.close(),
  }
}
