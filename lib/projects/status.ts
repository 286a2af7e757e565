// Safe for the browser, and without zod, so that a list loads little code.

/** The statuses of a project with their labels, in the order in which a project passes through them. */
export const STATUS_NAMES = { planned: 'Planned', active: 'Active', paused: 'Paused', done: 'Done' }
export const PROJECT_STATUSES = ['planned', 'active', 'paused', 'done'] as const satisfies (keyof typeof STATUS_NAMES)[]

export type ProjectStatus = keyof typeof STATUS_NAMES
