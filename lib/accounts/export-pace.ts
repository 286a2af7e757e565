import 'server-only'

/** While others wait, an export can take this long, and longer only as long as its client reads at the rate below. */
const UNHURRIED_MS = 60_000
const MIN_CHARACTERS_PER_SECOND = 512 * 1024

/** Measures how fast the client of an export reads, and ends the export if it is slow while others wait (ASVS 2.4.1, 15.2.2). */
export class ExportPace {
  #startedAt = 0
  #characters = 0
  #end: (error: Error) => void = () => undefined
  /** Rejects if the export must end. */
  readonly ended = new Promise<never>((_, reject) => {
    this.#end = reject
  })

  constructor() {
    this.ended.catch(() => undefined) // most exports end by themselves
  }

  /** Starts to measure. */
  start(): void {
    this.#startedAt = performance.now()
  }

  /** Records that the client has read a piece. */
  read(characters: number): void {
    this.#characters += characters
  }

  /** Ends the export if it takes longer than others should wait. @returns false if it may continue */
  endIfSlow(): boolean {
    const allowedMs = Math.max(UNHURRIED_MS, (this.#characters / MIN_CHARACTERS_PER_SECOND) * 1000)
    const isSlow = performance.now() - this.#startedAt > allowedMs
    if (isSlow) this.#end(new Error('The client reads too slowly while others wait'))
    return isSlow
  }
}
