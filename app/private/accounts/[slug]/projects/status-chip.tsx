import { type ProjectStatus, STATUS_NAMES } from '@/lib/projects/status'

const DOTS = { planned: 'dot-planned', active: 'dot-active', paused: 'dot-paused', done: 'dot-done' }

/** The status of a project, with a dot in its color. */
export function ProjectStatusChip({ status }: { status: ProjectStatus }) {
  return <span className={`chip ${DOTS[status]}`}>{STATUS_NAMES[status]}</span>
}
