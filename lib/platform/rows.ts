import 'server-only'
import { z } from 'zod'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from './db'

/**
 * Runs a raw query and parses each row, so that a renamed column or a changed type fails instead of passing unnoticed. Use
 * Prisma's own query methods where possible.
 * @param schema of one row, with the names that the query selects
 * @throws ZodError if a row does not match
 */
export async function rows<S extends z.ZodType>(tx: Pick<Tx, '$queryRaw'>, schema: S, query: Prisma.Sql): Promise<z.output<S>[]> {
  return z.array(schema).parse(await tx.$queryRaw(query))
}
