import { z } from 'zod'
import { searchParam } from '@/lib/lists'

/** The query parameters of an account's search. */
export const accountSearchSchema = z.object({ search: searchParam })
