// npm run docs:permissions: generates docs/permissions.md from the policy. A test fails if the page is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runScript, say } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'

export const PERMISSIONS_PAGE = path.join(ROOT, 'docs', 'permissions.md')

/** The text of each rule, by the name of its function. @type {Record<string, string>} */
const RULE_TEXTS = { yes: 'yes', no: '–', upToOwnRank: 'up to their own rank', ownOnly: 'what they created' }

/**
 * Renders the page.
 * @param {Record<string, Record<string, { name: string }>>} policy
 * @param {Record<string, string>} roleNames the columns, in order
 * @returns {string} the page, in Markdown
 */
export function permissionsPage(policy, roleNames) {
  const roles = Object.keys(roleNames)
  const rows = Object.entries(policy).map(([permission, rules]) => [
    `\`${permission}\``,
    ...roles.map((role) => RULE_TEXTS[rules[role]?.name ?? ''] ?? rules[role]?.name),
  ])
  return [
    '# Permissions',
    '',
    'Generated from the policy by `npm run docs:permissions`. Do not edit this page.',
    '',
    `| Permission | ${Object.values(roleNames).join(' | ')} |`,
    `| --- |${' --- |'.repeat(roles.length)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    '*Up to their own rank*: neither the current role of the target nor its new role may rank above the role of the caller. Ranks are in',
    '`lib/roles.ts`. Some conditions are checked in the transaction of the change: the last owner cannot leave, be removed, or be demoted, and',
    'an invitation stops working when its inviter could no longer send it.',
    '',
  ].join('\n')
}

async function main() {
  const { tsImport } = await import('tsx/esm/api')
  const { POLICY } = await tsImport('../../lib/policy.ts', import.meta.url)
  const { ROLE_NAMES } = await tsImport('../../lib/roles.ts', import.meta.url)
  const page = permissionsPage(POLICY, ROLE_NAMES)
  if (readPage() === page) return say('docs/permissions.md is up to date.')
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
