import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { SUITES } from '../run/suites.mjs'
import { isRemovedExample } from '../support/example'

const ROOT = path.join(import.meta.dirname, '../..')
const GUIDES = readdirSync(path.join(ROOT, 'docs/guide')).map((name) => `docs/guide/${name}`)
const DOCUMENTS = [
  'AGENTS.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
  'UPGRADING.md',
  'docs/performance.md',
  'docs/decisions/README.md',
]
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const { scripts, version } = JSON.parse(read('package.json'))
const TOP = readdirSync(ROOT)
const GENERATED = /^((\.data|\.next|lib\/generated|test-results)\/|deploy\/(\.env|actions-key\.txt)$)/ // what a command or the operator creates, and a clone lacks

/** Returns the paths that a document names in backticks or as links, without those with a placeholder. */
function pathsIn(file: string): string[] {
  const text = read(file)
  const linked = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => path.join(path.dirname(file), target))
  const quoted = [...text.matchAll(/`([\w.[\]/-]+)`/g)].map(([, name = '']) => name)
  return [
    ...linked,
    ...argumentsIn(text),
    ...quoted.filter((name) => (name.includes('/') ? TOP.includes(name.split('/')[0] ?? '') : /\.(json|md)$/.test(name))),
  ]
}

/** Returns the files that commands name as arguments: of `node` and its wrappers, and of `npm test`, where a suite is a folder. */
function argumentsIn(text: string): string[] {
  const run = [...text.matchAll(/\bnode(?: --[\w=:-]+)* ((?:[\w.-]+\/)*[\w.*-]+\.(?:mjs|js|ts))/g)].map(([, name = '']) => name)
  const tested = [...text.matchAll(/\bnpm test -- ([^\n`|#"]*)/g)].flatMap(([, list = '']) =>
    (list.split(/ -t\b/)[0] ?? '').trim().split(/\s+/),
  )
  const named = tested.filter((name) => name && !name.startsWith('-') && !/[<…[]/.test(name))
  return [...run.filter((name) => name !== 'server.js'), ...named.map((name) => (name in SUITES ? (SUITES[name]?.folder ?? name) : name))]
}

describe.each([...DOCUMENTS, ...GUIDES])('%s', (file) => {
  test('names only files that exist', () => {
    expect(pathsIn(file).filter((name) => !GENERATED.test(name) && !isRemovedExample(name) && !existsSync(path.join(ROOT, name)))).toEqual(
      [],
    )
  })

  test('names only commands that exist', () => {
    const named = [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

test('the documents name files and commands', () => {
  expect(pathsIn('AGENTS.md').length).toBeGreaterThan(10)
  expect(pathsIn('docs/guide/runbooks.md')).toContain('UPGRADING.md')
  expect(argumentsIn(read('AGENTS.md'))).toEqual(expect.arrayContaining(['tests/integration/scope.test.ts', 'tests/tenancy']))
  expect(argumentsIn(read('docs/guide/containers.md'))).toContain('lib/operations/cli/suspend.mjs')
})

test('the runbook rotates each secret that accepts several values, and no server uses a new one before all accept it', () => {
  const [, rotation = ''] = /^## Rotate a secret$(.*?)^## /ms.exec(read('docs/guide/runbooks.md')) ?? []
  const several = read('.env.example')
    .split('\n\n')
    .filter((text) => /\bseveral\b/i.test(text))
    .map((text) => /^# ([A-Z_]+)=/m.exec(text)?.[1])
  expect(several.length).toBeGreaterThan(5)
  expect(several.filter((name) => !rotation.includes(`\`${name}`))).toEqual([])
  expect([...rotation.matchAll(/^\d\. `AUTH_SECRET=([^`]+)`/gm)].map(([, value]) => value)).toEqual(['old,new', 'new,old', 'new'])
})

test('the home page links to guides that exist', () => {
  const linked = [...read('app/(public)/page.tsx').matchAll(/'(docs\/[\w/-]+\.md)'/g)].map(([, name = '']) => name)
  expect(linked.length).toBeGreaterThan(0)
  expect(linked.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([])
})

test('the version is in the changelog and the lock file', () => {
  expect(read('CHANGELOG.md')).toContain(`\n## [${version}] - `)
  const lock = JSON.parse(read('package-lock.json'))
  expect([lock.version, lock.packages[''].version]).toEqual([version, version])
})

test('the dashboard shows metrics that the app exports', () => {
  const exported = read('lib/platform/telemetry/telemetry.ts').match(/(?<=')(atrium|http)\.[a-z.]+(?=')/g) ?? []
  const names = exported.map((name) => name.replaceAll('.', '_'))
  const expressions = JSON.stringify(JSON.parse(read('deploy/grafana-dashboard.json')))
  const shown = new Set(
    [...expressions.matchAll(/\b((?:atrium|http_server)_[a-z_]+?)(?:_seconds)?(?:_total|_bucket|_count)?[{[]/g)].map(([, name]) => name),
  )
  expect([...shown].filter((name) => !names.includes(name ?? ''))).toEqual([])
  expect(names.filter((name) => !shown.has(name))).toEqual([])
})

test('the contract lists every cookie', () => {
  const sources = ['lib/auth.config.ts', ...readdirSync(path.join(ROOT, 'lib/http')).map((name) => `lib/http/${name}`)]
    .filter((name) => name.endsWith('.ts'))
    .map(read)
    .join('\n')
  const own = [...sources.matchAll(/hostCookie\('([\w.-]+)'\)/g)].map(([, name]) => name)
  const ofLinks = [...sources.matchAll(/: '(link[a-z-]*)'/g)].map(([, name]) => `atrium.${name}`)
  expect([own.length, ofLinks.length]).toEqual([7, 5])
  const contract = read('docs/guide/contract.md')
  expect([...own, ...ofLinks].filter((name) => !contract.includes(`\`${name}\``))).toEqual([])
})
