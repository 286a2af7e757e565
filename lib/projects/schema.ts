import { z } from 'zod'
import { message } from '@/lib/messages'
import { foldText, hasHiddenCharacters, lengthOf } from '@/lib/text'

export const PROJECT_NAME_MAX_LENGTH = 80
const SEARCH_MAX_LENGTH = 254

/** Any script; trimmed and in NFKC. Unique in its account without regard to case, width and spacing, which the database decides. */
const projectNameField = z
  .string(message('project-name-missing'))
  .transform((value) => value.normalize('NFKC').trim())
  .pipe(
    z
      .string()
      .refine((value) => foldText(value) !== '', message('project-name-missing'))
      .refine((value) => lengthOf(value) <= PROJECT_NAME_MAX_LENGTH, message('too-long', { max: PROJECT_NAME_MAX_LENGTH }))
      .refine((value) => !hasHiddenCharacters(value), message('invisible-characters')),
  )

/** The form that makes one. */
export const newProjectSchema = z.object({ name: projectNameField })

/** The form that renames one. */
export const renameProjectSchema = z.object({ id: z.uuid(), name: projectNameField })

/** A button that acts on one. */
export const projectSchema = z.object({ id: z.uuid() })

export const PROJECT_SORTS = ['name', 'newest', 'oldest'] as const

/** The query parameters of the list. An invalid one counts as missing. */
export const projectQuerySchema = z
  .object({
    search: z
      .string()
      .trim()
      .max(SEARCH_MAX_LENGTH)
      .refine((value) => value.isWellFormed() && !value.includes('\0'))
      .catch(''),
    sort: z.enum(PROJECT_SORTS).catch('name'),
    archived: z.literal('yes').optional().catch(undefined),
    after: z
      .string()
      .min(1)
      .max(400)
      .refine((value) => value.isWellFormed() && !value.includes('\0'))
      .optional()
      .catch(undefined),
  })
  .transform((query) => (query.sort === 'name' || z.uuid().safeParse(query.after).success ? query : { ...query, after: undefined }))

export type ProjectQuery = z.output<typeof projectQuerySchema>
