import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Lock = { packages: Record<string, { version?: string; dev?: boolean }> }

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock

/** The versions of a package that a production install has. */
function installedVersions(name: string): string[] {
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder.endsWith(`node_modules/${name}`) && !dev)
    .map(([, { version = '' }]) => version)
}

// Versions with known vulnerabilities that a dependency still asks for. See `overrides` in package.json.
// ASVS 15.2.1
test.each([
  ['nodemailer', '9.1.1'],
  ['mysql2', '3.24.4'],
  ['deepmerge-ts', '8.0.2'],
])('production installs no %s older than %s', (name, oldest) => {
  const versions = installedVersions(name)
  expect(versions.length).toBeGreaterThan(0)
  for (const version of versions) expect(version.localeCompare(oldest, 'en', { numeric: true })).toBeGreaterThanOrEqual(0)
})
