import { describe, expect, test } from 'vitest'
import { createOwnAccount, register } from '@/lib/accounts/accounts'
import { accountNameKeys } from '@/lib/accounts/name-keys'
import { isAccountNameTaken } from '@/lib/accounts/name-taken'
import { renameAccount } from '@/lib/accounts/rename'
import { skeletonOf } from '@/lib/accounts/skeleton.mjs'
import { invalid } from '@/lib/outcome'
import { migrate } from '../../../scripts/migrate.mjs'
import { asSuperuser } from '../../support/database'
import { ownerScope, PASSWORD, REQUEST, unique } from '../../support/people'

const TAKEN = invalid({ accountName: 'account-name-taken' })

const ALIKE: [string, string][] = [
  ['Heron Press', 'HERON PRESS'],
  ['Heron Press', 'Heron Press'], // a no-break space
  ['Heron Press', 'Hеrоn Рrеss'], // е, о and Р are Cyrillic
  ['Heron Press', 'HΕRON PRΕSS'], // Ε is Greek, in another case
  ['Heron Press', 'Her0n Press'],
  ['Heron Press', 'HERON PRE55'.replace('55', 'ЅЅ')], // Ѕ is Cyrillic
  ['Paypal', 'PaypaI'], // a capital I
  ['Paypal', 'Paypa1'],
  ['Indigo', 'INDIG0'],
  ['Modern', 'Modem'],
  ['Kingfisher', '𝐊ingfisher'],
  ['❤️ Co', '❤ Co'],
]

describe('names that look alike', () => {
  test.each(ALIKE)('%s and %s have a key in common', (one, other) => {
    const [keys, others] = [Object.entries(accountNameKeys(one)), accountNameKeys(other)]
    expect(keys.some(([name, key]) => others[name as keyof typeof others] === key)).toBe(true)
  })

  test.each([
    ['Heron Press', 'Heron Prose'],
    ['Hall', 'Hail'],
    ['Nova', 'Nona'],
    ['Café', 'Cafe'],
    ['青鷺', '青鸞'],
    ['🪿 Co', '🐎 Co'],
  ])('%s and %s have none', (one, other) => {
    const [keys, others] = [Object.entries(accountNameKeys(one)), accountNameKeys(other)]
    expect(keys.filter(([name, key]) => others[name as keyof typeof others] === key)).toEqual([])
  })

  // ASVS 2.2.1
  test('are taken for a new account, a registration, and a new name', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const name = unique('Heron')
    expect(await renameAccount(theirs, { accountName: name }, REQUEST)).toMatchObject({ status: 'ok' })
    for (const accountName of [name.replace('o', 'о'), name.replace('H', 'Н').replace('e', 'е'), name.toUpperCase().replace('O', '0')]) {
      expect(await isAccountNameTaken(accountName), accountName).toBe(true)
      expect(await createOwnAccount(mine, { accountName }, REQUEST)).toEqual(TAKEN)
      expect(await renameAccount(mine, { accountName }, REQUEST)).toEqual(TAKEN)
      expect(await register({ accountName, email: `${unique('x').replace(' ', '')}@example.com`, password: PASSWORD }, REQUEST)).toEqual(
        TAKEN,
      )
    }
    const ownName = name.replace('o', 'о')
    expect(await renameAccount(theirs, { accountName: ownName }, REQUEST)).toMatchObject({ status: 'ok' })
  })
})

test('db:migrate computes the skeletons of accounts that have none, and keeps names that look alike', async () => {
  const names = ['Older Mountain', 'Older Моuntain', 'Another'] // М and о are Cyrillic
  for (const [index, name] of names.entries())
    await asSuperuser(
      `INSERT INTO accounts (id, name, name_key, slug, created_at) VALUES (gen_random_uuid(), $1::text, lower($1::text), $2, now() + $3 * interval '1 s')`,
      [name, `skeleton-${index}`, index],
    )
  await asSuperuser('COMMENT ON COLUMN accounts.folded_skeleton IS NULL')
  await migrate({ ownerUrl: process.env.DATABASE_OWNER_URL ?? '' })
  const rows = await asSuperuser<{ name: string; displayed_skeleton: string; folded_skeleton: string }>(
    `SELECT name, displayed_skeleton, folded_skeleton FROM accounts WHERE slug LIKE 'skeleton-%' ORDER BY slug`,
  )
  expect(rows.map(({ name }) => name)).toEqual(names)
  for (const index of [0, 2]) {
    const { name = '', ...skeletons } = rows[index] ?? {}
    expect(skeletons).toEqual({ displayed_skeleton: skeletonOf(name), folded_skeleton: skeletonOf(name.toLowerCase()) })
  }
  expect(rows[1]?.folded_skeleton).toMatch(/^[0-9a-f-]{36}$/)
  expect(await isAccountNameTaken('ANOTHЕR')).toBe(true) // Е is Cyrillic
  const [table] = await asSuperuser("SELECT relforcerowsecurity AS forced FROM pg_class WHERE oid = 'accounts'::regclass")
  expect(table).toEqual({ forced: true })
})
