import { z } from 'zod'
import { foldText, hasHiddenCharacters, lengthOf } from '@/lib/text'

export const PROJECT_NAME_MAX_LENGTH = 80
const SEARCH_MAX_LENGTH = 254

export const PROJECT_NAME_TAKEN = 'A project with this name already exists.'

/** Any script; trimmed and in NFKC. Unique in its account without regard to case, width and spacing, which the database decides. */
const projectNameField = z
  .string('Give the project a name.')
  .transform((value) => value.normalize('NFKC').trim())
  .pipe(
    z
      .string()
      .refine((value) => foldText(value) !== '', 'Give the project a name.')
      .refine((value) => lengthOf(value) <= PROJECT_NAME_MAX_LENGTH, `Use at most ${PROJECT_NAME_MAX_LENGTH} characters.`)
      .refine((value) => !hasHiddenCharacters(value), 'A project name cannot hold invisible characters.'),
  )

/** The form that makes one. */
export const newProjectSchema = z.object({ name: projectNameField })

/** The form that renames one. */
export const renameProjectSchema = z.object({ id: z.uuid(), name: projectNameField })

/** A button that acts on one. */
export const projectSchema = z.object({ id: z.uuid() })

export const PROJECT_SORTS = ['name', 'newest', 'oldest'] as const

/** What stands in the address of the list. Anything odd there counts as not given. */
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
