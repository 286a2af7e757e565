import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { readWithoutContext } from '@/lib/platform/read'
import { accountNameKeys } from './name-keys'

/** Returns whether any account has this name or one that looks like it, including deleted ones. Creating one still relies on the unique constraints. */
export async function isAccountNameTaken(name: string): Promise<boolean> {
  const { nameKey, displayedSkeleton, foldedSkeleton } = accountNameKeys(name)
  const [found] = await readWithoutContext(
    z.object({ taken: z.boolean() }),
    Prisma.sql`SELECT account_name_taken(${nameKey}, ${displayedSkeleton}, ${foldedSkeleton}) AS taken`,
  )
  return found?.taken ?? false
}
