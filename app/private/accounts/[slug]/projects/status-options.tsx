import { STATUS_NAMES } from '@/lib/projects/status'

/** The options of a `<select>` for the status. */
export function StatusOptions() {
  return Object.entries(STATUS_NAMES).map(([status, label]) => (
    <option key={status} value={status}>
      {label}
    </option>
  ))
}
