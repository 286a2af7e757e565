import { PrismaPg } from '@prisma/adapter-pg'
import { DriverAdapterError, type SqlQuery, type Transaction } from '@prisma/driver-adapter-utils'

/**
 * Prisma's adapter for `pg`, with transactions that send nothing after their end.
 *
 * Prisma sends the statements of a nested write one by one. If the transaction times out during one of them, it rolls back,
 * and still sends the rest: outside of the transaction, on a connection that may already belong to another one.
 */
export class DatabaseAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect()
    const start = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (level) => closeAtEnd(await start(level))
    return adapter
  }
}

/** @throws DriverAdapterError from a statement after COMMIT or ROLLBACK */
function closeAtEnd(transaction: Transaction): Transaction {
  let hasEnded = false
  const guard =
    <Result>(send: (query: SqlQuery) => Promise<Result>) =>
    async (query: SqlQuery) => {
      if (hasEnded) throw new DriverAdapterError({ kind: 'TransactionAlreadyClosed', cause: 'The transaction has ended.' })
      hasEnded = query.sql === 'COMMIT' || query.sql === 'ROLLBACK'
      return send(query)
    }
  transaction.queryRaw = guard(transaction.queryRaw.bind(transaction))
  transaction.executeRaw = guard(transaction.executeRaw.bind(transaction))
  return transaction
}
