import type { Refusal } from '@/lib/outcome'

class RolledBack extends Error {
  constructor(readonly refusal: Refusal) {
    super('The transaction was rolled back')
  }
}

/**
 * Undoes the transaction that calls it. For a refusal that can only be known after something was written; before that, the
 * transaction simply returns the refusal.
 * @throws always; {@link orRolledBack}, around the transaction, turns it into the refusal
 */
export function rollback(refusal: Refusal): never {
  throw new RolledBack(refusal)
}

/** @returns what the transaction returns, or the refusal with which it was rolled back */
export async function orRolledBack<T>(transaction: Promise<T>): Promise<T | Refusal> {
  try {
    return await transaction
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal
    throw error
  }
}
