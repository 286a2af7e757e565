import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { folderOf, RESOURCES } from '@/lib/resources'
import * as shared from '../support/labels'

type Labels = Record<string, string | ((name: string) => string)>

const ofResources = await Promise.all(
  Object.keys(RESOURCES)
    .filter((name) => existsSync(`lib/${folderOf(name)}/labels.ts`))
    .map((name): Promise<Labels> => import(`../../lib/${folderOf(name)}/labels.ts`)),
)
const LABELS = [shared, ...ofResources].flatMap((labels) => Object.values<Labels[string]>(labels))
const TEXTS = new Set(LABELS.filter((label) => typeof label === 'string'))

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

// Tests find fields and buttons by the labels themselves, so only this notices that one has changed.
test('the contract names the fields and buttons of forms, and the texts that will not change, as the pages do', () => {
  const contract = readFileSync('docs/guide/contract.md', 'utf8')
  const [, forms = ''] = /^## Forms$(.*?)^## /ms.exec(contract) ?? []
  const rows = [...forms.matchAll(/^\| ([a-z].*?) *\| (.*?) *\| (.*?) *\|$/gm)].flatMap(([, form = '', fields = '', button = '']) => {
    const isElsewhere = ['form', 'answer an invitation on Home'].includes(form) || (/project/.test(form) && !('projects' in RESOURCES))
    const named = [...fields.matchAll(/([A-Z][a-z ]+?) `/g)].map(([, name = '']) => name)
    return isElsewhere ? [] : [...named, ...button.split(/, (?:and .*|or )?/).filter(Boolean)].map((name) => ({ form, name }))
  })
  const known = new Set(LABELS.map((label) => (typeof label === 'string' ? label.replace(' (optional)', '') : label('').trim())))
  expect(rows.length).toBeGreaterThan(40)
  expect(rows.filter(({ name }) => !known.has(name))).toEqual([])
  for (const code of ['sign-in-failed', 'email-taken', 'account-name-taken'] as const) expect(contract).toContain(`- "${sentence(code)}"`)
})
