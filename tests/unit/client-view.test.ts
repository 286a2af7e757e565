import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type ClientView, toClient } from '@/lib/client-view'

const row = { id: '1', name: 'Bridge', createdBy: 'a user', nameKey: 'bridge' }

// ASVS 8.2.3, 15.3.1
describe('toClient', () => {
  test('copies the named fields and no other', () => {
    expect(toClient(row, ['id', 'name'])).toStrictEqual({ id: '1', name: 'Bridge' })
  })

  test('returns a type that client components accept, which a whole row does not satisfy', () => {
    expectTypeOf(toClient(row, ['id', 'name'])).toExtend<ClientView<{ id: string; name: string }>>()
    expectTypeOf(row).not.toExtend<ClientView<{ id: string; name: string }>>()
    expectTypeOf(toClient(row, ['id'])).not.toExtend<ClientView<{ id: string; name: string }>>()
  })
})

const FILES = ['app', 'components']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
  .filter((file) => /\.tsx?$/.test(file))
const CLIENT = FILES.filter((file) => /^'use client'/.test(readFileSync(file, 'utf8')))

/** The modules that a file imports, types included, as files. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  return [...source.matchAll(/ from '((?:@|\.)[^']*)'/g)].flatMap(([, name = '']) => {
    const base = name.startsWith('@/') ? name.slice(2) : path.join(path.dirname(file), name)
    return ['.ts', '.tsx', '/index.ts'].map((end) => base + end).filter((each) => existsSync(each))
  })
}

const isServerOnly = (file: string) =>
  /^lib\/generated\/prisma\/(client|models)/.test(file) || /^import 'server-only'/m.test(readFileSync(file, 'utf8'))

// Server modules export the types of whole rows. A client component declares the fields that it shows.
test('no client component imports a type from a server module', () => {
  expect(CLIENT.length).toBeGreaterThan(30)
  const found = CLIENT.flatMap((file) =>
    importsOf(file)
      .filter(isServerOnly)
      .map((module) => `${file} imports ${module}`),
  )
  expect(found).toEqual([])
})

test('an object or a list of objects in the props of a client component is a view', () => {
  const listed = CLIENT.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(\w+)\[\]/g)].map(([, name = '']) => ({ file, name })),
  ).filter(({ name }) => !/^(string|number|boolean|Role|MemberAction|ProjectAction)$/.test(name))
  const views = FILES.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/type (\w+) = (?:ClientView|\w+View)\b/g)].map(([, name]) => name),
  )
  expect(listed.filter(({ name }) => !views.includes(name))).toEqual([])
})
