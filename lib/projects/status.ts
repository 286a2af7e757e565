// Safe for the browser, and without zod, so that a list loads little code.

import type { Tone } from '@/lib/tones'

/** The statuses of a project with their labels, in the order in which a project passes through them. */
export const STATUS_NAMES = { planned: 'Planned', active: 'Active', paused: 'Paused', done: 'Done' }
export const PROJECT_STATUSES = ['planned', 'active', 'paused', 'done'] as const satisfies (keyof typeof STATUS_NAMES)[]

export type ProjectStatus = keyof typeof STATUS_NAMES

/** The tone of each status. One without a tone does not compile. */
export const STATUS_TONES: Record<ProjectStatus, Tone> = { planned: 'hollow', active: 'accent', paused: 'warning', done: 'muted' }
