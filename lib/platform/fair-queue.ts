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
 * Returns whether an error is a {@link QueueFull}. A queue on `globalThis` may belong to the instrumentation, which Next
 * bundles apart from the pages with its own copy of the class, so `instanceof` would miss it.
 */
export function isQueueFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QueueFull'
}

/**
 * Ends a job that has had its turn for too long, because another client waits for it.
 * @returns false if the job may continue
 */
export type GiveUp = () => boolean

/**
 * Runs jobs with a limited concurrency. Clients take turns (round robin), so that a client with many jobs delays another client
 * by only one turn. A client whose job gave up its turn goes to the end of the round, so that it cannot take the turn back at
 * once.
 */
export class FairQueue {
  readonly #limits: FairQueueLimits
  readonly #clients = new Map<string, ClientQueue>() // in the order of their turns
  readonly #running = new Set<Turn>() // those that started first come first

  constructor(limits: FairQueueLimits) {
    this.#limits = limits
  }

  /**
   * Runs a job when it is the client's turn.
   * @param client that the job is counted for, such as an IP address
   * @param giveUp asked when another client would wait for this job to end; by default, it continues
   * @returns the result of the job
   * @throws QueueFull if the job was refused
   */
  async run<T>(client: string, job: () => Promise<T>, giveUp: GiveUp = () => false): Promise<T> {
    const turn: Turn = { giveUp, isGivenUp: false }
    await this.#turnOf(client, turn)
    try {
      return await job()
    } finally {
      this.#end(client, turn)
    }
  }

  /** Returns how many jobs run and wait. */
  size(): { running: number; waiting: number } {
    let waiting = 0
    for (const client of this.#clients.values()) waiting += client.waiting.size
    return { running: this.#running.size, waiting }
  }

  #turnOf(client: string, turn: Turn): Promise<void> {
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
        this.#running.add(turn)
        resolve()
      }
      entry.waiting.add(start)
      this.#startNext()
      if (!entry.waiting.has(start)) return
      if (entry.waiting.size > waitingPerClient) return refuse()
      timer = setTimeout(refuse, waitMs)
      if (entry.running < this.#limits.runningPerClient) this.#endOne()
    })
  }

  /** Ends the first job that gives up its turn. */
  #endOne(): void {
    for (const turn of this.#running) {
      turn.isGivenUp = turn.giveUp()
      if (turn.isGivenUp) return
    }
  }

  #startNext(): void {
    for (const [client, entry] of this.#clients) {
      if (this.#running.size >= this.#limits.running) return
      const [next] = entry.running < this.#limits.runningPerClient ? entry.waiting : []
      if (!next) continue
      this.#toEnd(client, entry)
      entry.waiting.delete(next)
      entry.running += 1
      next()
    }
  }

  #end(client: string, turn: Turn): void {
    const entry = this.#clients.get(client)
    if (!entry) return
    entry.running -= 1
    this.#running.delete(turn)
    if (turn.isGivenUp) this.#toEnd(client, entry)
    this.#forgetIfIdle(client, entry)
    this.#startNext()
  }

  /** Moves a client to the end of the round. */
  #toEnd(client: string, entry: ClientQueue): void {
    this.#clients.delete(client)
    this.#clients.set(client, entry)
  }

  #forgetIfIdle(client: string, { running, waiting }: ClientQueue): void {
    if (!running && !waiting.size) this.#clients.delete(client)
  }
}

type ClientQueue = { running: number; waiting: Set<() => void> }
type Turn = { giveUp: GiveUp; isGivenUp: boolean }
