import { readFileSync } from 'node:fs'
import path from 'node:path'

// Reads what the production build serves from the manifests that Next writes.

/** A page or a route handler. `path` is its URL with parameters in brackets, `file` its source. */
export type BuiltRoute = { path: string; kind: 'page' | 'handler'; file: string }

/** A server action. `pages` are the paths of the pages that can call it. */
export type BuiltAction = { name: string; id: string; file: string; pages: string[] }

const appRoutes: Record<string, string> = readManifest('app-path-routes-manifest.json')
const references: { node: References; edge: References } = readManifest('server/server-reference-manifest.json')
type References = Record<string, { exportedName: string; filename: string; workers: Record<string, unknown> }>

export const ROUTES: BuiltRoute[] = Object.entries(appRoutes)
  .map(([key, url]): BuiltRoute => ({ path: url, kind: key.endsWith('/route') ? 'handler' : 'page', file: `app${key}` }))
  .sort((one, other) => one.path.localeCompare(other.path))

export const ACTIONS: BuiltAction[] = [...Object.entries(references.node), ...Object.entries(references.edge)]
  .map(([id, { exportedName, filename, workers }]) => ({ name: exportedName, id, file: filename, pages: pagesOf(workers) }))
  .sort((one, other) => one.name.localeCompare(other.name))

/** Pages of the Pages Router. Only Next's own error pages may be among them, because the registry has no entries for this router. */
export const PAGES_ROUTER: string[] = Object.keys(readManifest('server/pages-manifest.json'))

/** Sorts the shortest first. */
function pagesOf(workers: Record<string, unknown>): string[] {
  const paths = Object.keys(workers).map((worker) => appRoutes[worker.replace(/^app/, '')] ?? '')
  return paths.filter(Boolean).sort((one, other) => one.length - other.length || one.localeCompare(other))
}

function readManifest<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(process.cwd(), '.next', name), 'utf8'))
}
