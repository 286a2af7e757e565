// Writes a section of docs/performance.md that `npm run bench` does not measure.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { say } from '../lib/platform/cli.mjs'
import { ROOT } from '../scripts/setup.mjs'

const PAGE = path.join(ROOT, 'docs', 'performance.md')

/**
 * Prints lines, and writes them to the page in place of the section with this heading, or at the end.
 * @param {string} heading @param {string} command that measures it @param {string} run from `describeRun` @param {string[]} lines
 */
export function writeSection(heading, command, run, lines) {
  const text = `## ${heading}\n\n\`${command}\`: ${run}.\n\n${lines.map((line) => `- ${line}\n`).join('')}`
  const page = readFileSync(PAGE, 'utf8')
  const sections = page.split(/^(?=## )/m)
  const at = sections.findIndex((section) => section.startsWith(`## ${heading}\n`))
  if (at < 0) sections.push(`\n${text}`)
  else sections[at] = at < sections.length - 1 ? `${text}\n` : text
  writeFileSync(PAGE, sections.join(''))
  say(`Written to docs/performance.md, "${heading}".`)
}
