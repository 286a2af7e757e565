import { createProject, name } from '@/lib/projects/labels'

/** The form that `test:cluster` and `test:faults` submit under load. Without projects, name a form of your own. */
export const LOAD_FORM = { field: name, button: createProject, path: (slug: string) => `/private/accounts/${slug}/projects/new` }
