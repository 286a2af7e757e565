import { afterEach, expect, test, vi } from 'vitest'
import { FairQueue, type FairQueueLimits, QueueFull } from '@/lib/platform/fair-queue'

afterEach(() => void vi.useRealTimers())

/** A queue whose jobs run until they are ended, and the clients of the jobs that have started, in order. */
function newQueue(limits: Partial<FairQueueLimits> = {}) {
  const queue = new FairQueue({ running: 1, runningPerClient: 1, waitingPerClient: 100, waitMs: 1_000, ...limits })
  const started: string[] = []
  const ends: (() => void)[] = []
  const run = (client: string) =>
    queue.run(client, () => {
      started.push(client)
      return new Promise<void>((resolve) => void ends.push(resolve))
    })
  const endNext = async () => {
    await new Promise(setImmediate) // until the jobs whose turn it is have started
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { queue, started, run, endNext }
}

// ASVS 2.4.1, 15.2.2, 15.4.4
test('forty jobs of one client delay a job of another by one turn', async () => {
  const { started, run, endNext } = newQueue()
  const jobs = Array.from({ length: 40 }, () => run('busy'))
  jobs.push(run('other'))
  for (let n = 0; n < 3; n += 1) await endNext()
  expect(started).toEqual(['busy', 'busy', 'other', 'busy'])
  while (started.length < jobs.length) await endNext()
  await endNext()
  await Promise.all(jobs)
})

test('clients with waiting jobs take turns', async () => {
  const { started, run, endNext } = newQueue()
  const jobs = ['a', 'a', 'a', 'b', 'b', 'c'].map(run)
  for (let n = 0; n < jobs.length; n += 1) await endNext()
  expect(started).toEqual(['a', 'a', 'b', 'c', 'a', 'b'])
  await Promise.all(jobs)
})

test('one client runs no more jobs at a time than its share', async () => {
  const { started, run, endNext } = newQueue({ running: 3, runningPerClient: 2 })
  const jobs = ['a', 'a', 'a', 'b'].map(run)
  await new Promise(setImmediate)
  expect(started).toEqual(['a', 'a', 'b'])
  for (const _ of jobs) await endNext()
  await Promise.all(jobs)
})

test('a job is refused at once when too many jobs of its client wait, and other clients are not', async () => {
  const { started, run, endNext } = newQueue({ waitingPerClient: 2 })
  const jobs = [run('a'), run('a'), run('a')]
  await expect(run('a')).rejects.toThrow(QueueFull)
  jobs.push(run('b'))
  for (const _ of jobs) await endNext()
  expect(started).toEqual(['a', 'a', 'b', 'a'])
  await Promise.all(jobs)
})

test('a job is refused when its turn does not come in time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { started, run, endNext } = newQueue()
  const first = run('a')
  const late = expect(run('b')).rejects.toThrow(QueueFull)
  await vi.advanceTimersByTimeAsync(1_001)
  await late
  await endNext()
  await first
  expect(started).toEqual(['a'])
})

test('a job that fails gives its turn to the next one', async () => {
  const { queue, started, run } = newQueue()
  await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  void run('b')
  await new Promise(setImmediate)
  expect(started).toEqual(['b'])
})

// ASVS 2.4.1, 15.2.2
test('a client that would wait ends the first job that gives up, and gets its turn before the client of that job', async () => {
  const { queue, started, run } = newQueue({ running: 2, runningPerClient: 2 })
  const asked: string[] = []
  const runUntilAsked = (name: string, isSlow: boolean) => {
    let end: () => void = () => undefined
    const job = () => {
      started.push(name)
      return new Promise<void>((resolve) => {
        end = resolve
      })
    }
    const giveUp = () => {
      asked.push(name)
      if (isSlow) end()
      return isSlow
    }
    return queue.run('a', job, giveUp)
  }
  const slow = [runUntilAsked('fast', false), runUntilAsked('slow', true), runUntilAsked('again', true)]
  await new Promise(setImmediate)
  expect([started, asked]).toEqual([['fast', 'slow'], []]) // a client ends no job to get more than its share
  void run('b')
  await slow[1]
  await new Promise(setImmediate)
  expect([started, asked]).toEqual([
    ['fast', 'slow', 'b'],
    ['fast', 'slow'],
  ])
})
