import 'server-only'
import type { Task, TaskList } from 'graphile-worker'
import { TRACEPARENT } from '@/lib/platform/queue'
import { inSpan, telemetry } from '@/lib/platform/telemetry/telemetry'

/** Runs each job in a span of the trace that queued it, and measures it. Jobs get their payload without the trace. */
export function traced(tasks: TaskList): TaskList {
  return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, task && tracedTask(name, task as Task)])) as TaskList
}

function tracedTask(name: string, task: Task): Task {
  return async (payload, helpers) => {
    const { [TRACEPARENT]: parent, ...rest } = (payload ?? {}) as Record<string, unknown>
    const started = performance.now()
    let outcome = 'failed'
    try {
      const options = { attributes: { 'messaging.message.id': helpers.job.id }, parent: typeof parent === 'string' ? parent : undefined }
      await inSpan(`job ${name}`, async () => void (await task(rest, helpers)), options)
      outcome = 'done'
    } finally {
      telemetry()?.record('atrium.jobs.duration', (performance.now() - started) / 1000, { name, outcome })
    }
  }
}
