/** The limits of a {@link FairQueue}. */
export type FairQueueLimits = {
  /** jobs that run at the same time */
  running: number
  /** jobs of one client that run at the same time */
  runningPerClient: number
  /** jobs of one client that wait for their turn */
  waitingPerClient: number
  /** how long a job waits for its turn, in milliseconds */
  waitMs: number
}

/** A job was refused and not started: its client has too many jobs in the queue, or its turn did not come in time. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

/**
 * Returns whether an error is a {@link QueueFull}. A queue on `globalThis` may belong to the instrumentation, which Next bundles
 * apart from the pages with a class of its own, so `instanceof` would miss it.
 */
export function isQueueFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QueueFull'
}

/**
 * Runs jobs with a limited concurrency. Clients take turns (round robin), so that a client with many jobs delays another
 * client by one turn only.
 */
export class FairQueue {
  readonly #limits: FairQueueLimits
  readonly #clients = new Map<string, Client>() // in the order of their turns
  #running = 0

  constructor(limits: FairQueueLimits) {
    this.#limits = limits
  }

  /**
   * Runs a job when it is the client's turn.
   * @param client whom the job is counted by, such as an IP address
   * @returns the result of the job
   * @throws QueueFull if the job was refused
   */
  async run<T>(client: string, job: () => Promise<T>): Promise<T> {
    await this.#turnOf(client)
    try {
      return await job()
    } finally {
      this.#end(client)
    }
  }

  /** Returns how many jobs run and wait. */
  size(): { running: number; waiting: number } {
    let waiting = 0
    for (const client of this.#clients.values()) waiting += client.waiting.size
    return { running: this.#running, waiting }
  }

  #turnOf(client: string): Promise<void> {
    const { waitMs, waitingPerClient } = this.#limits
    const entry = this.#clients.get(client) ?? { running: 0, waiting: new Set() }
    this.#clients.set(client, entry)
    return new Promise((resolve, reject) => {
      const refuse = () => {
        clearTimeout(timer)
        entry.waiting.delete(start)
        this.#forgetIfIdle(client, entry)
        reject(new QueueFull('The queue is full'))
      }
      let timer: NodeJS.Timeout | undefined
      const start = () => {
        clearTimeout(timer)
        resolve()
      }
      entry.waiting.add(start)
      this.#startNext()
      if (!entry.waiting.has(start)) return
      if (entry.waiting.size > waitingPerClient) refuse()
      else timer = setTimeout(refuse, waitMs)
    })
  }

  #startNext(): void {
    for (const [client, entry] of this.#clients) {
      if (this.#running >= this.#limits.running) return
      const [next] = entry.running < this.#limits.runningPerClient ? entry.waiting : []
      if (!next) continue
      this.#clients.delete(client)
      this.#clients.set(client, entry) // to the end of the round
      entry.waiting.delete(next)
      entry.running += 1
      this.#running += 1
      next()
    }
  }

  #end(client: string): void {
    const entry = this.#clients.get(client)
    if (!entry) return
    entry.running -= 1
    this.#running -= 1
    this.#forgetIfIdle(client, entry)
    this.#startNext()
  }

  #forgetIfIdle(client: string, { running, waiting }: Client): void {
    if (!running && !waiting.size) this.#clients.delete(client)
  }
}

type Client = { running: number; waiting: Set<() => void> }
