import type { Refusal } from '@/lib/outcome'

class RolledBack extends Error {
  constructor(readonly refusal: Refusal) {
    super('The transaction was rolled back')
  }
}

/**
 * Rolls back the transaction that calls it, for a refusal that is only known after a write. Before any write, return the
 * refusal instead.
 * @throws always; {@link orRolledBack}, around the transaction, turns the error into the refusal
 */
export function rollback(refusal: Refusal): never {
  throw new RolledBack(refusal)
}

/** Returns the result of the transaction, or the refusal with which it was rolled back. */
export async function orRolledBack<T>(transaction: Promise<T>): Promise<T | Refusal> {
  try {
    return await transaction
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal
    throw error
  }
}
