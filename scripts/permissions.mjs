// npm run docs:permissions: writes docs/permissions.md from the table in lib/policy.ts. A test holds the one to the other.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runScript, say } from './cli.mjs'
import { ROOT } from './setup.mjs'

export const PERMISSIONS_PAGE = path.join(ROOT, 'docs', 'permissions.md')

/** What each rule of lib/policy.ts says, by the name of its function. @type {Record<string, string>} */
const WORDS = { yes: 'yes', no: '–', upToOwnRank: 'up to their own rank', ownOnly: 'what they made' }

/**
 * The page, from the table.
 * @param {Record<string, readonly { name: string }[]>} policy
 * @returns {string} Markdown
 */
export function permissionsPage(policy) {
  const rows = Object.entries(policy).map(([act, rules]) => [`\`${act}\``, ...rules.map(({ name }) => WORDS[name] ?? name)])
  return [
    '# Who may do what',
    '',
    'Made by `npm run docs:permissions` from the table in `lib/policy.ts`, which is what decides. Do not edit it here.',
    '',
    '| act | owner | admin | member |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    '*Up to their own rank*: neither whom it is done to nor what they become may stand above the one who does it; owners stand above',
    'admins, and admins above members. What is true only of the moment is decided with the change itself: the last owner cannot leave, be',
    'removed or be demoted, and an invitation does not outlive the rank of whoever sent it.',
    '',
  ].join('\n')
}

async function main() {
  const { tsImport } = await import('tsx/esm/api')
  const { POLICY } = await tsImport('../lib/policy.ts', import.meta.url)
  const page = permissionsPage(POLICY)
  if (readPage() === page) return say('docs/permissions.md says what lib/policy.ts says.')
  writeFileSync(PERMISSIONS_PAGE, page)
  say('Wrote docs/permissions.md.')
}

function readPage() {
  try {
    return readFileSync(PERMISSIONS_PAGE, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return ''
    throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runScript(main)
