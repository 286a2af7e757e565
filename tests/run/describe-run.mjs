import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { ROOT } from '../../scripts/setup.mjs'

/** Describes a run: its date, the commit, and the machine before it was loaded. */
export function describeRun() {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim()
  const load = (loadavg()[0] ?? 0).toFixed(1)
  return `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} cores, load average ${load} before the run`
}
