import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { undeclared } from '../registry/declared'

// The tenancy suite asks the build the same. This test asks the source, so that `npm run check` names a missing entry.

const FILES = readdirSync('app', { recursive: true, encoding: 'utf8' }).map((file) => `app/${file}`)

test('every page and route handler has an entry in the registry', () => {
  const routes = FILES.flatMap((file) => {
    const [, folder, kind] = /^app(.*)\/(page|route)\.tsx?$/.exec(file) ?? []
    if (folder === undefined) return []
    return [{ name: folder.replaceAll(/\/\([^)]+\)/g, '') || '/', kind: kind === 'page' ? ('page' as const) : ('handler' as const), file }]
  })
  expect(routes.length).toBeGreaterThan(20)
  expect(undeclared(routes)).toEqual([])
})

test('every server action has an entry in the registry', () => {
  const actions = FILES.filter((file) => /\.tsx?$/.test(file) && /^'use server'/.test(readFileSync(file, 'utf8'))).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^export (?:const|async function) (\w+)/gm)].map(([, name = '']) => ({
      name,
      kind: 'action' as const,
      file,
    })),
  )
  expect(actions.length).toBeGreaterThan(20)
  expect(undeclared(actions)).toEqual([])
})
