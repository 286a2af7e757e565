import { z } from 'zod'
import { nameField } from '@/lib/fields'
import { cursorParam, searchParam } from '@/lib/lists'
import { message } from '@/lib/messages'

export const PROJECT_NAME_MAX_LENGTH = 80

const projectNameField = nameField({ missing: message('project-name-missing'), max: PROJECT_NAME_MAX_LENGTH })

/** The form that creates a project. */
export const newProjectSchema = z.object({ name: projectNameField })

/** The form that renames a project. */
export const renameProjectSchema = z.object({ id: z.uuid(), name: projectNameField })

/** A button that acts on one project. */
export const projectSchema = z.object({ id: z.uuid() })

export const PROJECT_SORTS = ['name', 'newest', 'oldest'] as const

/** The query parameters of the list. An invalid one counts as missing. */
export const projectQuerySchema = z
  .object({
    search: searchParam,
    sort: z.enum(PROJECT_SORTS).catch('name'),
    archived: z.literal('yes').optional().catch(undefined),
    after: cursorParam,
  })
  .transform((query) => (query.sort === 'name' || z.uuid().safeParse(query.after).success ? query : { ...query, after: undefined }))

export type ProjectQuery = z.output<typeof projectQuerySchema>
