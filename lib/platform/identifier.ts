import 'server-only'
import { Prisma } from '@/lib/generated/prisma/client'

/** Returns the SQL for a table or column that a resource declares. @throws Error if the name has anything but lower case letters and `_` */
export function identifier(name: string): Prisma.Sql {
  if (!/^[a-z_]+$/.test(name)) throw new Error(`"${name}" in lib/resources.ts is not a name in SQL`)
  return Prisma.raw(`"${name}"`)
}
