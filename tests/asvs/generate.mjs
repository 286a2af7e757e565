// npm run docs:asvs: generates docs/asvs.md from requirements.mjs and from the tests. A unit test fails if the page is out of date.
// A comment such as `// ASVS 6.2.4, 6.2.5` directly above a test, a describe, or a loop around them says what that test shows.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'
import { CHAPTERS, REQUIREMENTS } from './requirements.mjs'

export const ASVS_PAGE = path.join(ROOT, 'docs', 'asvs.md')

const TAG = /^ *\/\/ ASVS (.*)$/
/** A call that defines a test or a group. Skipped tests are none: they show nothing. */
const CALL = /^( *)((?:test\.)?describe|test|it)((?:\.(?:each|for|concurrent|sequential))*)(?=[(<])/
const LOOP = /^ *for \(/
/** @typedef {import('./requirements.mjs').Requirement} Requirement */
/** @typedef {{ ids: string[], file: string, title: string }} Tag the requirements that a test or a group shows */
/** @typedef {'shown' | 'open' | 'not applicable'} Status */

/**
 * Finds the tags of one file.
 * @param {string} file its path from the root, for messages and links
 * @param {string} text
 * @returns {Tag[]} in order
 * @throws {Error} if a tag is not directly above a test, a describe, or a loop around them
 */
export function findTags(file, text) {
  const lines = text.split('\n')
  const calls = findCalls(lines)
  return lines.flatMap((line, index) => {
    const ids = TAG.exec(line)?.[1]
    if (!ids) return []
    const isLoop = LOOP.test(lines[index + 1] ?? '')
    const call = calls.find((each) => (isLoop ? each.line > index : each.line === index + 1))
    if (!call) throw new Error(`${file}:${index + 1}: this ASVS comment is not directly above a test.`)
    return [{ ids: ids.split(', '), file, title: call.title }]
  })
}

/**
 * Finds the tests and groups of a file, each titled with the groups around it. The formatter's indentation shows the nesting.
 * @param {string[]} lines
 * @returns {{ line: number, title: string }[]}
 */
function findCalls(lines) {
  /** @type {{ indent: number, title: string }[]} */
  let groups = []
  return lines.flatMap((line, index) => {
    const [, indent = '', name = '', modifiers = ''] = CALL.exec(line) ?? []
    if (!name) return []
    const own = titleOf(lines.slice(index).join('\n'), /each|for/.test(modifiers))
    groups = groups.filter((group) => group.indent < indent.length)
    const title = [...groups.map((group) => group.title), own].join(' › ')
    if (name.endsWith('describe')) groups.push({ indent: indent.length, title: own })
    return [{ line: index, title }]
  })
}

/** @param {string} text from the call on @param {boolean} isTable whether the title follows a table of cases @returns {string} */
function titleOf(text, isTable) {
  const start = isTable ? /\)\(\s*/ : /\(\s*/
  const title = new RegExp(`${start.source}(['"\`])((?:\\\\.|(?!\\1)[^\\\\])*)\\1`, 's').exec(text)?.[2] ?? ''
  return title.replace(/\$\{[^}]*\}/g, '…').replace(/\\(.)/g, '$1')
}

/** @returns {Tag[]} the tags of all test files, by path */
export function readTags() {
  return readdirSync(path.join(ROOT, 'tests'), { recursive: true, encoding: 'utf8' })
    .map((name) => `tests/${name.split(path.sep).join('/')}`)
    .filter((file) => /\.(test|spec)\.ts$/.test(file) && file !== 'tests/unit/asvs.test.ts')
    .sort()
    .flatMap((file) => findTags(file, readFileSync(path.join(ROOT, file), 'utf8')))
}

/**
 * Lists what does not fit together.
 * @param {Tag[]} tags
 * @param {Record<string, Requirement>} requirements
 * @returns {string[]} one sentence for each fault
 */
export function findFaults(tags, requirements) {
  const tagged = new Set(tags.flatMap(({ ids }) => ids))
  return [
    ...tags.flatMap(({ ids, file, title }) =>
      ids.flatMap((id) => {
        const requirement = requirements[id]
        if (!requirement) return [`${file}, “${title}”: ASVS 5.0.0 has no requirement ${id}.`]
        if (requirement.notApplicable) return [`${file}, “${title}”: ${id} is listed as not applicable.`]
        return requirement.open ? [`${file}, “${title}”: ${id} is listed as open.`] : []
      }),
    ),
    ...Object.entries(requirements)
      .filter(([id, { open, shownBy, notApplicable }]) => !open && !shownBy && !notApplicable && !tagged.has(id))
      .map(([id]) => `${id} has no test. Tag one, or say in requirements.mjs what else shows it or why it is open.`),
    ...Object.entries(requirements)
      .filter(([, { level, open }]) => level === 1 && open)
      .map(([id]) => `${id} is open, and no requirement of level 1 may be.`),
  ]
}

/**
 * Renders the page.
 * @param {Tag[]} tags
 * @param {Record<string, Requirement>} requirements
 * @param {Record<string, string>} chapters their names, by number
 * @returns {string} the page, in Markdown
 */
export function asvsPage(tags, requirements, chapters) {
  const chapterOf = (/** @type {string} */ id) => id.split('.')[0]
  return [
    '# OWASP ASVS 5.0',
    '',
    'Generated by `npm run docs:asvs` from the comments above the tests and from `tests/asvs/requirements.mjs`. Do not edit this page.',
    '',
    "The numbers and levels are those of OWASP's [Application Security Verification Standard](https://github.com/OWASP/ASVS/tree/v5.0.0/5.0)",
    '5.0.0. The readings are ours: what a requirement asks of this application. A linked test fails if the protection is removed.',
    '',
    ...totals(requirements),
    '',
    ...Object.entries(chapters).flatMap(([chapter, name]) => [
      `## V${chapter} ${name}`,
      '',
      ...chapterLines(
        Object.entries(requirements).filter(([id]) => chapterOf(id) === chapter),
        tags,
      ),
    ]),
  ].join('\n')
}

/** @param {Record<string, Requirement>} requirements @returns {string[]} */
function totals(requirements) {
  /** @type {Status[]} */
  const statuses = ['shown', 'open', 'not applicable']
  const count = (/** @type {number} */ level, /** @type {Status} */ status) =>
    Object.values(requirements).filter((each) => each.level === level && statusOf(each) === status).length
  return [
    '| Level | Applicable | Shown | Open | Not applicable |',
    '| --- | --- | --- | --- | --- |',
    ...[1, 2, 3].map((level) => {
      const [shown = 0, open = 0, notApplicable = 0] = statuses.map((status) => count(level, status))
      return `| ${level} | ${shown + open} | ${shown} | ${open} | ${notApplicable} |`
    }),
  ]
}

/** @param {Requirement} requirement @returns {Status} */
function statusOf({ open, notApplicable }) {
  if (notApplicable) return 'not applicable'
  return open ? 'open' : 'shown'
}

/** @param {[string, Requirement][]} entries of one chapter @param {Tag[]} tags @returns {string[]} */
function chapterLines(entries, tags) {
  const applicable = entries.filter(([, { notApplicable }]) => !notApplicable)
  const rows = applicable.map(([id, { level, reading = '', open, shownBy }]) => {
    const proofs = tags.filter(({ ids }) => ids.includes(id)).map(linkTo)
    const shown = [...(shownBy ? [shownBy] : []), ...proofs, ...(open ? [`**Open.** ${open}`] : [])].join('<br>')
    return `| ${id} | ${level} | ${reading} | ${shown} |`
  })
  /** @type {Map<string, string[]>} the ids for each reason */
  const reasons = new Map()
  for (const [id, { notApplicable }] of entries) if (notApplicable) reasons.set(notApplicable, [...(reasons.get(notApplicable) ?? []), id])
  return [
    ...(rows.length ? ['| Id | Level | What it asks of us | Shown by |', '| --- | --- | --- | --- |', ...rows, ''] : []),
    ...(reasons.size ? ['Not applicable:', '', ...[...reasons].map(([reason, ids]) => `- ${ids.join(', ')}: ${reason}`), ''] : []),
  ]
}

/** @param {Tag} tag @returns {string} a link in Markdown */
function linkTo({ file, title }) {
  const name = file.replace(/^tests\//, '').replace(/\.(test|spec)\.ts$/, '')
  return `[${name}](../${file}): ${title.replace(/[\\|<>[\]*_`]/g, '\\$&')}`
}

async function main() {
  const tags = readTags()
  const faults = findFaults(tags, REQUIREMENTS)
  if (faults.length) throw new CliError(faults.join('\n'))
  const page = asvsPage(tags, REQUIREMENTS, CHAPTERS)
  if (existsSync(ASVS_PAGE) && readFileSync(ASVS_PAGE, 'utf8') === page) return say('docs/asvs.md is up to date.')
  writeFileSync(ASVS_PAGE, page)
  say('Wrote docs/asvs.md.')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runScript(main)
