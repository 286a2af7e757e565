// Writes docs/performance.md. What follows the heading "Where the time goes" is written by hand, and stays.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'
import path from 'node:path'
import { ROOT } from '../scripts/setup.mjs'
import { median } from './statistics.mjs'

const PAGE = path.join(ROOT, 'docs', 'performance.md')
const BY_HAND = '## Where the time goes'

/**
 * @typedef {{ what: string, before: string, target: string, digits?: number, limit?: number[], isUpper?: boolean }} Definition
 * `limit`: one for all values, or one for each; `isUpper`: values must not exceed it, instead of reaching it
 */

/** @type {Record<string, Definition>} in the order of the table */
const ROWS = {
  redirect: {
    what: 'Anonymous `/private`, a redirect, 32 connections, × the redirect of the floor',
    before: '0.72',
    target: '≥ 0.95',
    limit: [0.95],
  },
  private: { what: '`/private`, 16 connections, × the dynamic page of the floor', before: '0.26', target: '≥ 0.50', limit: [0.5] },
  account: {
    what: 'Overview, projects (50 rows), members (50 rows), × the dynamic page of the floor',
    before: '0.19 to 0.24, nearly empty',
    target: '≥ 0.35',
    limit: [0.35],
  },
  fixed: {
    what: '`/private`, overview, projects, members, × themselves with fixed rows',
    before: 'not measured',
    target: '≥ 0.75',
    limit: [0.75],
  },
  public: {
    what: '`/login`, `/register`, `/` without a cookie, × the dynamic page of the floor',
    before: '0.62 to 0.80',
    target: '≥ 0.95',
    limit: [0.95],
  },
  'public-prerendered': {
    what: 'The same, × the prerendered page of the floor',
    before: 'not measured',
    target: '≥ 0.5 if prerendered',
    limit: [0.5],
  },
  'script-forms': {
    what: 'JavaScript of `/login` and `/register`, gzip, × the floor',
    before: '1.60',
    target: '≤ 1.12',
    limit: [1.12],
    isUpper: true,
  },
  'script-inside': {
    what: 'JavaScript inside, gzip, × the floor: median and maximum of four pages',
    before: 'not measured',
    target: '≤ 1.35',
    limit: [1.35],
    isUpper: true,
  },
  html: {
    what: 'HTML of `/private` with one account, uncompressed, kB',
    before: '38',
    target: '≤ 20',
    digits: 1,
    limit: [20],
    isUpper: true,
  },
  'sql-pages': {
    what: 'SQL statements of `/private`, and of an account’s pages at most',
    before: '14; 11 to 15',
    target: '≤ 4; ≤ 6',
    digits: 0,
    limit: [4, 6],
    isUpper: true,
  },
  storm: {
    what: 'Sign-in and registration, 8 connections, different people, × the hash engine on all cores',
    before: 'about 0.55',
    target: '≥ 0.9',
    limit: [0.9],
  },
  'storm-others': {
    what: 'A static file and the home page during the sign-ins, p99 × idle',
    before: 'about 3',
    target: '≤ 3',
    limit: [3],
    isUpper: true,
  },
  'sql-forms': {
    what: 'SQL statements of a sign-in, and of a registration',
    before: '20; 23',
    target: '≤ 12; ≤ 14',
    digits: 0,
    limit: [12, 14],
    isUpper: true,
  },
  start: { what: 'Start to first answer, × the floor', before: '2.9', target: '≤ 1.5', limit: [1.5], isUpper: true },
  memory: { what: 'Memory after load (RSS), × the floor', before: 'not measured', target: '≤ 1.5', limit: [1.5], isUpper: true },
  scale: {
    what: '1,000 → 1,000,000 users: sign-in and private pages, p50, the highest ratio',
    before: 'not measured',
    target: '≤ 1.10',
    limit: [1.1],
    isUpper: true,
  },
  lighthouse: {
    what: 'Lighthouse of `/`, `/login`, `/register`: accessibility, best practices, SEO, the lowest',
    before: 'not measured',
    target: '100',
    digits: 0,
    limit: [100],
  },
  'lighthouse-performance': {
    what: 'Lighthouse performance of the same, the lowest, minus that of the floor',
    before: 'not measured',
    target: '≥ 0',
    digits: 0,
    limit: [0],
  },
}

/** @typedef {import('./plan.mjs').Row} Row */

/** Returns a line for each row. @param {Row[]} rows */
export function summarize(rows) {
  return [
    '',
    ...inOrder(rows).map(
      ({ row, definition }) =>
        `${isMet(row, definition) ? 'met   ' : 'missed'} ${definition.what}: ${format(row, definition)} (${definition.target})`,
    ),
  ]
}

/** @param {Row[]} rows @param {{ mode: string, plan: import('./plan.mjs').Bench['plan'], minutes: number }} run */
export async function writePage(rows, { mode, plan, minutes }) {
  const table = inOrder(rows).map(
    ({ row, definition }) =>
      `| ${definition.what} | ${definition.before} | **${format(row, definition)}** | ${definition.target} | ${isMet(row, definition) ? 'met' : 'missed'} |`,
  )
  const raw = rows
    .flatMap(({ raw: measured = {} }) => Object.entries(measured))
    .map(([name, values]) => `| ${name} | ${round(median(values))} | ${values.map(round).join(', ')} |`)
  const old = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
  const byHand = old.includes(BY_HAND) ? old.slice(old.indexOf(BY_HAND)) : `${BY_HAND}\n`
  writeFileSync(
    PAGE,
    `# Performance

\`npm run bench\` measures this page, and \`npm run bench:cluster -- --write\` and \`npm run bench:soak -- --write\` the sections at its end; run them when nothing else runs on the machine. The floor is \`bench/floor\`: the same version of Next with a middleware that looks for a cookie, a dynamic page that reads one, and a prerendered form. Both servers are standalone builds. Load alternates between them, round by round, and a ratio is the median of the ratios of each round. "Before" is what the app had before this was measured.

${facts(mode, plan, minutes)}

| what | before | now | target | |
| --- | --- | --- | --- | --- |
${table.join('\n')}

## Measured values

Requests per second, unless the name has another unit.

| what | median | rounds |
| --- | --- | --- |
${raw.join('\n')}

${byHand}`,
  )
}

/** @param {string} mode @param {import('./plan.mjs').Bench['plan']} plan @param {number} minutes */
function facts(mode, plan, minutes) {
  const { version: next } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules', 'next', 'package.json'), 'utf8'))
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  const commit = `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? ' with changes' : ''}`
  return [
    `- ${new Date().toISOString().slice(0, 10)}, commit ${commit}`,
    `- ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${release()}`,
    `- Node ${process.versions.node}, Next ${next}, the embedded PostgreSQL; load by autocannon on the same machine`,
    `- ${mode}: ${plan.rates.rounds} rounds of ${plan.rates.seconds} s for each page, ${plan.storm.rounds} of ${plan.storm.seconds} s for each storm, ${plan.starts} starts; ${minutes.toFixed(0)} minutes in all`,
  ].join('\n')
}

/** @param {Row[]} rows */
function inOrder(rows) {
  return Object.entries(ROWS).flatMap(([id, definition]) => {
    const row = rows.find((each) => each.id === id)
    return row ? [{ row, definition }] : []
  })
}

/** @param {Row} row @param {Definition} definition */
function isMet({ values }, { limit = [], isUpper = false }) {
  return values.every((value, index) => {
    const bound = limit[index] ?? limit[0] ?? Number.NaN
    return isUpper ? value <= bound : value >= bound
  })
}

/** @param {Row} row @param {Definition} definition */
function format({ values }, { digits = 2 }) {
  return values.map((value) => value.toFixed(digits)).join('; ')
}

/** @param {number} value */
function round(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
