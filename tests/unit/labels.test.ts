import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RESOURCES } from '@/lib/resources'
import * as shared from '../support/labels'

const ofResources = await Promise.all(
  Object.keys(RESOURCES).map((name) => import(`../../lib/${name}/labels.ts`).catch(() => ({})) as Promise<Record<string, unknown>>),
)
const TEXTS = new Set([shared, ...ofResources].flatMap((labels) => Object.values(labels)).filter((value) => typeof value === 'string'))

const SOURCES = ['app', 'components', 'tests']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('tests/unit/'))

/** Where a page names a field, a button, or a link, and where a test looks for one. */
const PLACES = [
  /\b(?:label|aria-label|prepareLabel|button)=\{?["']([^"'{}]+)["']/g,
  /<(?:SubmitButton|Button|FormLink|MenuLink|LinkButton|PlainLink|Link|a|h1)\b(?:[^<>]|=>)*>\s*([^<>{}]+?)\s*<\//g,
  /\.getByLabel\(\s*'([^']+)'/g,
  /\.getByRole\(\s*'\w+',\s*\{\s*name:\s*'([^']+)'/g,
  /\.(?:submit|form)\(\s*(?:[^,()]|\([^()]*\))+,\s*'([^']+)'/g,
  /\bhiddenFields\((?:[^,()]|\([^()]*\))+,\s*'([^']+)'/g,
]

/** Returns the labels that a file writes out. */
function literalsIn(source: string): string[] {
  return PLACES.flatMap((place) => [...source.matchAll(place)].map(([, text = '']) => text)).filter((text) => TEXTS.has(text))
}

test('lib/labels and the labels of resources are the only source of the names of fields, buttons, and links', () => {
  expect(SOURCES.length).toBeGreaterThan(200)
  expect(TEXTS.size).toBeGreaterThan(80)
  const found = SOURCES.flatMap((path) => literalsIn(readFileSync(path, 'utf8')).map((text) => `${path}: ${text}`))
  expect(found).toEqual([])
})

test.each([
  `<SubmitButton className="w-full">${shared.createAccount}</SubmitButton>`,
  `<FormLink href={to}>\n  ${shared.signIn}\n</FormLink>`,
  `<Field name="email" label="${shared.email}" />`,
  `page.getByLabel('${shared.accountName}')`,
  `page.getByRole('button', { name: '${shared.createAccount}' })`,
  `client.submit('/register', '${shared.createAccount}', fields)`,
  `client.form(settingsOf(slug), '${shared.deleteAccount}')`,
])('%s is found', (source) => expect(literalsIn(source)).toHaveLength(1))
