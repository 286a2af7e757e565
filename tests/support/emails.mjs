import { execFileSync } from 'node:child_process'

/** Renders every email with sample values. @returns {Record<string, string>} its HTML by the name of its template */
export function renderEmails() {
  const output = execFileSync(process.execPath, ['--import', 'tsx', 'tests/support/print-emails.ts'], {
    env: { ...process.env, TSX_TSCONFIG_PATH: 'tests/support/tsconfig.json' },
    encoding: 'utf8',
    maxBuffer: 10_000_000,
  })
  return JSON.parse(output)
}
