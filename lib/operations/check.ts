/** What a check of `npm run doctor` found. */
export type Finding = { check: string; state: 'fine' | 'wrong' | 'skipped'; detail?: string; remedy?: string }

/**
 * Runs a check.
 * @param run returns faults, each with what to do about it, or a line about what is fine
 */
export async function check(name: string, run: () => Promise<string | Fault[]>): Promise<Finding[]> {
  try {
    const found = await run()
    if (typeof found === 'string') return [{ check: name, state: 'fine', detail: found }]
    if (!found.length) return [{ check: name, state: 'fine' }]
    return found.map(({ detail, remedy }) => ({ check: name, state: 'wrong', detail, remedy }))
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return [
      { check: name, state: 'wrong', detail: message || code || String(error), remedy: 'Correct this first, and run the doctor again.' },
    ]
  }
}

export type Fault = { detail: string; remedy: string }

/** Returns the finding of a check that cannot run. */
export function skipped(name: string, detail: string): Finding {
  return { check: name, state: 'skipped', detail }
}

/** Returns a finding as lines of text. */
export function linesOf({ check: name, state, detail, remedy }: Finding): string {
  return `${state.padEnd('skipped'.length)}  ${name}${detail ? `: ${detail}` : ''}\n${remedy ? `${' '.repeat('skipped'.length)}  → ${remedy}\n` : ''}`
}
