import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { OWN_PROCESS } from '../../vitest.config'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDERS = ['app', 'components', 'lib', 'scripts', 'prisma', 'bench', 'tests']

/** The files directly in `lib` that the nouns may use. The others put requests, actions, and pages together from the nouns. */
const FOUNDATION = [
  'brand',
  'client-view',
  'denials',
  'email-address',
  'fields',
  'form',
  'lists',
  'messages',
  'money',
  'outcome',
  'people',
  'policy',
  'quotas',
  'relative-time',
  'resource',
  'resources',
  'roles',
  'rules',
  'text',
  'validation',
].map((name) => `lib/${name}.ts`)

type Import = { from: string; to: string; isType: boolean }

/** Returns the imports between files of the project, without those of generated ones. */
function allImports(): Import[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  const inRoot = readdirSync(ROOT).filter((file) => /^(middleware|instrumentation)/.test(file))
  const files = new Set([...inFolders, ...inRoot].filter((file) => /\.(tsx?|mjs)$/.test(file) && !file.startsWith('lib/generated/')))
  return [...files].flatMap((from) =>
    importsIn(readFileSync(path.join(ROOT, from), 'utf8')).flatMap(({ specifier, isType }) => {
      const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : specifier.replace(/^@\//, '')
      const to = ['', '.ts', '.tsx', '.mjs'].map((end) => target + end).find((file) => files.has(file))
      return to ? [{ from, to, isType }] : []
    }),
  )
}

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:([^'"]*?)\sfrom\s+)?'([^']+)'/gm
const ONLY_TYPES = /^\{(\s*type\s[^,}]+,?)+\s*\}$/
const DYNAMIC = /(typeof\s+)?\bimport\(\s*'([^']+)'/g

/** Returns what a file imports, and whether it only imports types, which are gone at run time. */
function importsIn(source: string): { specifier: string; isType: boolean }[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '')
  const statements = [...code.matchAll(STATEMENT)].map(([, type, names = '', specifier = '']) => ({
    specifier,
    isType: Boolean(type) || ONLY_TYPES.test(names),
  }))
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, type, specifier = '']) => ({ specifier, isType: Boolean(type) }))
  return [...statements, ...dynamic]
}

/**
 * Returns what a file counts as: its folder; itself if it is directly in the project or in `lib`; or one of the declarations of the
 * resources, with the statuses that they name. Those import rules only (see biome.json), so that the foundation can be derived
 * from them.
 */
function partOf(file: string): string {
  if (/^lib\/[^/]+\/(resource|status)\.ts$/.test(file)) return 'lib/*/resource.ts'
  const folder = path.posix.dirname(file)
  return folder === 'lib' || folder === '.' ? file : folder
}

/** Returns the parts that each part imports, with one example for each. */
function graphOf(imports: Import[]): Map<string, Map<string, string>> {
  const graph = new Map<string, Map<string, string>>()
  for (const { from, to } of imports) {
    if (partOf(from) === partOf(to)) continue
    graph.set(partOf(from), (graph.get(partOf(from)) ?? new Map()).set(partOf(to), `${from} imports ${to}`))
  }
  return graph
}

const isInNoun = (file: string) => file.startsWith('lib/') && partOf(file) !== file && partOf(file) !== 'lib/*/resource.ts'

/** Returns a chain of imports from a folder back to itself. */
function circleThrough(start: string, imports: Map<string, Map<string, string>>): string[] | undefined {
  const visited = new Set<string>()
  const walk = (folder: string): string[] | undefined => {
    for (const [next, example] of imports.get(folder) ?? []) {
      if (next === start) return [example]
      if (visited.has(next)) continue
      visited.add(next)
      const rest = walk(next)
      if (rest) return [example, ...rest]
    }
    return undefined
  }
  return walk(start)
}

test('nothing imports itself through other folders at run time', () => {
  const graph = graphOf(allImports().filter(({ isType }) => !isType))
  expect(graph.size).toBeGreaterThan(100)
  for (const part of graph.keys()) expect(circleThrough(part, graph), `a circle through ${part}`).toBeUndefined()
})

// The type of a scope names the types of the nouns that it consists of, and every noun takes a scope. So types may point from a
// noun to a file directly in lib.
test('no folder of lib imports itself through other folders, types included', () => {
  const graph = graphOf(allImports().filter(({ from, to }) => isInNoun(from) && isInNoun(to)))
  expect(graph.size).toBeGreaterThan(15)
  for (const part of graph.keys()) expect(circleThrough(part, graph), `a circle through ${part}`).toBeUndefined()
})

test('a folder of lib imports only the foundation from lib itself, and the foundation nothing above it', () => {
  const inLib = allImports().filter(
    ({ from, to, isType }) => !isType && from.startsWith('lib/') && partOf(to) === to && to.startsWith('lib/'),
  )
  const above = inLib.filter(({ from, to }) => (isInNoun(from) || FOUNDATION.includes(from)) && !FOUNDATION.includes(to))
  expect(above).toEqual([])
  const down = allImports().filter(({ from, to, isType }) => !isType && FOUNDATION.includes(from) && isInNoun(to))
  expect(down.filter(({ to }) => !to.startsWith('lib/platform/'))).toEqual([])
  expect(FOUNDATION.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([])
})

test('an import is read with its kind', () => {
  const source = `import 'server-only'
import type { A } from './a'
import { type B, c } from '@/lib/b'
import {
  type D,
  type E,
} from './d'
export { f } from './f'
/** @param {import('./comment').G} g */
const lazy = () => import('./lazy')
let loaded: typeof import('./loaded')`
  expect(importsIn(source).map(({ specifier, isType }) => `${specifier}${isType ? ' as a type' : ''}`)).toEqual([
    'server-only',
    './a as a type',
    '@/lib/b',
    './d as a type',
    './f',
    './lazy',
    './loaded as a type',
  ])
})

test('a circle of three folders is found', () => {
  const imports = new Map([
    ['a', new Map([['b', 'a imports b']])],
    ['b', new Map([['c', 'b imports c']])],
    ['c', new Map([['a', 'c imports a']])],
  ])
  expect(circleThrough('a', imports)).toEqual(['a imports b', 'b imports c', 'c imports a'])
})

test('scripts/ has fewer than 1,000 lines', () => {
  const lines = readdirSync(path.join(ROOT, 'scripts')).map(
    (file) => readFileSync(path.join(ROOT, 'scripts', file), 'utf8').split('\n').length,
  )
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(1000)
})

test('integration tests that change what their process shares have their own process', () => {
  const changes =
    /vi\.(mock|unmock|doMock|hoisted|resetModules|stubEnv)\(|process\.env\.\w+ = |startTestMailServer|spyOn\(process|DROP SCHEMA|ALTER (DATABASE|POLICY)/
  const files = readdirSync(path.join(ROOT, 'tests/integration'), { recursive: true, encoding: 'utf8' })
    .map((file) => `tests/integration/${file}`)
    .filter((file) => file.endsWith('.test.ts'))
  const changing = files.filter((file) => changes.test(readFileSync(path.join(ROOT, file), 'utf8')))
  expect(changing.filter((file) => !OWN_PROCESS.includes(file))).toEqual([])
})

// Next.js adds `.next/dev/types` to `include`. After a page is removed, those files refer to it until `npm run dev` runs again.
test('type checks no types that the development server left behind', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-tsconfig-'))
  try {
    copyFileSync(path.join(ROOT, 'tsconfig.json'), path.join(folder, 'tsconfig.json'))
    for (const file of ['.next/types/validator.ts', '.next/dev/types/validator.ts']) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      writeFileSync(path.join(folder, file), 'export {}')
    }
    const config = execFileSync(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '--showConfig'], { cwd: folder })
    expect(JSON.parse(config.toString()).files).toEqual(['./.next/types/validator.ts'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
