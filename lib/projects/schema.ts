import { z } from 'zod'
import { nameField, textField } from '@/lib/fields'
import { cursorParam, searchParam } from '@/lib/lists'
import { message } from '@/lib/messages'
import { PROJECT_STATUSES } from './status'

export const PROJECT_NAME_MAX_LENGTH = 80
export const DESCRIPTION_MAX_LENGTH = 2_000
export const UPDATE_MAX_LENGTH = 4_000

const fields = {
  name: nameField({ missing: message('project-name-missing'), max: PROJECT_NAME_MAX_LENGTH }),
  description: textField({ max: DESCRIPTION_MAX_LENGTH }),
  status: z.enum(PROJECT_STATUSES),
}

/** The form that creates a project. */
export const newProjectSchema = z.object(fields)

/** The form that edits a project. No lead is the empty string, as `<select>` sends it. */
export const editProjectSchema = z.object({
  id: z.uuid(),
  ...fields,
  leadId: z.union([z.literal('').transform(() => null), z.uuid()], message('project-lead-unknown')),
})

/** A button that acts on one project, or on one update of a project. */
export const projectSchema = z.object({ id: z.uuid() })

const bodyField = textField({ missing: message('project-update-missing'), max: UPDATE_MAX_LENGTH })

/** The form that posts an update. `id` is the project's. */
export const newUpdateSchema = z.object({ id: z.uuid(), body: bodyField })

/** The form that edits an update. `id` is the update's. */
export const editUpdateSchema = z.object({ id: z.uuid(), body: bodyField })

export const PROJECT_SORTS = ['updated', 'name', 'status', 'lead'] as const
const POSITIONS = {
  updated: /^\d{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  name: /./s,
  status: /^[1-4]\../s,
  lead: /^[^\n]*\n[^\n]+$/,
}

/** The query parameters of the list. An invalid one counts as missing. */
export const projectQuerySchema = z
  .object({
    search: searchParam,
    sort: z.enum(PROJECT_SORTS).catch('updated'),
    status: z
      .enum([...PROJECT_STATUSES, 'archived'])
      .optional()
      .catch(undefined),
    after: cursorParam,
  })
  .transform((query) => (POSITIONS[query.sort].test(query.after ?? '') ? query : { ...query, after: undefined }))

export type ProjectQuery = z.output<typeof projectQuerySchema>

/** The query parameters of a project's page: the update to edit or to delete, and the position in the feed. */
export const projectPageSchema = z.object({
  edit: z.uuid().optional().catch(undefined),
  delete: z.uuid().optional().catch(undefined),
  after: z.uuid().optional().catch(undefined),
})
