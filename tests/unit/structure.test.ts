import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { OWN_PROCESS } from '../../vitest.config'

const ROOT = path.resolve(import.meta.dirname, '../..')
const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g

/** Returns the folder of `lib` that contains a file, such as `users`, or undefined for files directly in `lib` and generated ones. */
function folderOf(file: string): string | undefined {
  const [top, folder, ...rest] = file.split('/')
  return top === 'lib' && rest.length && folder !== 'generated' ? folder : undefined
}

/** Returns the folders of `lib` that each folder imports, types included, with one example for each. */
function importsByFolder(): Map<string, Map<string, string>> {
  const files = readdirSync(path.join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .map((file) => `lib/${file}`)
    .filter((file) => /\.(tsx?|mjs)$/.test(file))
  const imports = new Map<string, Map<string, string>>()
  for (const file of files) {
    const from = folderOf(file)
    if (!from) continue
    for (const [, specifier = ''] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(IMPORT)) {
      const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier.replace('@/', '')
      const to = folderOf(target)
      if (!to || to === from) continue
      imports.set(from, (imports.get(from) ?? new Map()).set(to, `${file} imports ${target}`))
    }
  }
  return imports
}

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

test('no folder of lib imports itself through other folders', () => {
  const imports = importsByFolder()
  expect(imports.size).toBeGreaterThan(5)
  for (const folder of imports.keys()) expect(circleThrough(folder, imports), `a circle through lib/${folder}`).toBeUndefined()
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

test('integration tests that change what their process shares have a process of their own', () => {
  const changes =
    /vi\.(mock|unmock|doMock|hoisted|resetModules|stubEnv)\(|process\.env\.\w+ = |startTestMailServer|spyOn\(process|DROP SCHEMA|ALTER (DATABASE|POLICY)/
  const files = readdirSync(path.join(ROOT, 'tests/integration'), { recursive: true, encoding: 'utf8' })
    .map((file) => `tests/integration/${file}`)
    .filter((file) => file.endsWith('.test.ts'))
  const changing = files.filter((file) => changes.test(readFileSync(path.join(ROOT, file), 'utf8')))
  expect(changing.filter((file) => !OWN_PROCESS.includes(file))).toEqual([])
})
