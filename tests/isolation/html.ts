import type { Catalog, Difference } from './catalog'
import type { Cell } from './matrix'

export type Report = {
  /** the version and commit of the checkout that the deployment was compared with */
  checkout: string
  url: string
  at: string
  /** a sentence for each fault; empty if accounts are isolated */
  wrong: string[]
  roleFaults: string[]
  differences: Difference[]
  catalog: Catalog
  matrix: Cell[]
}

/** Returns the report as a page without scripts or other files. */
export function toHtml({ checkout, url, at, wrong, differences, catalog, matrix }: Report): string {
  const changed = new Set(differences.map(({ name }) => name))
  const facts = Object.entries(catalog).map(([name, value]) => row(!changed.has(name), name, value))
  const missing = differences.filter(({ found }) => found === null).map(({ name }) => row(false, name, 'missing'))
  const requests = matrix.map(({ request, caller, status, wanted, isRight }) => row(isRight, request, caller, status, wanted ?? ''))
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Isolation report</title>
<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #ccc;padding:.25rem .5rem;text-align:left;overflow-wrap:anywhere}.wrong{background:#fbe3df;color:#7a1d10}</style>
<h1>Isolation report</h1>
<p>${text(url)}, compared with this checkout of version ${text(checkout)}, ${text(at)}.</p>
${wrong.length ? `<h2>${wrong.length} wrong</h2><ul>${wrong.map((line) => `<li class="wrong">${text(line)}</li>`).join('')}</ul>` : '<h2>Nothing is wrong</h2>'}
<h2>Requests</h2><table><tr><th>State<th>Request<th>Caller<th>Status<th>Wanted</tr>${requests.join('')}</table>
<h2>Database</h2><table><tr><th>State<th>Fact<th>Value or hash</tr>${[...missing, ...facts].join('')}</table></html>
`
}

function row(isRight: boolean, ...cells: (string | number)[]): string {
  const state = isRight ? 'fine' : 'wrong'
  return `<tr class="${state}"><td>${state}${cells.map((cell) => `<td>${text(String(cell))}`).join('')}</tr>`
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
