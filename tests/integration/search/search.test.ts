import { afterEach, describe, expect, test } from 'vitest'
import { type Permission, POLICY } from '@/lib/policy'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { ROLES } from '@/lib/roles'
import { searchAccount } from '@/lib/search/search'
import { asSuperuser } from '../../support/database'
import { createUser, memberScope, ownerScope, unconfirmed, unique } from '../../support/people'
import { insertResource } from '../../support/resources'

const SEARCHABLE = Object.entries<Resource>(RESOURCES).flatMap(([name, { search, section }]) => (search ? [{ name, search, section }] : []))

const policy = { ...POLICY }
afterEach(() => {
  Object.assign(POLICY, policy)
})

function deny(permission: string): void {
  Object.assign(POLICY, { [permission as Permission]: Object.fromEntries(ROLES.map((role) => [role, () => false])) })
}

describe('searchAccount', () => {
  test('finds people by name and email, ignoring case, for those who may list members', async () => {
    const owner = await ownerScope()
    const word = unique('heron')
    const member = await memberScope(owner, 'MEMBER', `${word}@example.com`)
    await asSuperuser('UPDATE users SET name = $2 WHERE id = $1', [member.user.id, 'Ada Kestrel'])
    const href = `/private/accounts/${owner.account.slug}/members/${member.user.id}`
    const ada = { group: 'People', name: 'Ada Kestrel', line: `${word}@example.com`, href }
    expect(await searchAccount(owner, 'KESTREL')).toEqual([ada])
    expect(await searchAccount(member, word.toUpperCase())).toEqual([ada])
    deny('member.list')
    expect(await searchAccount(owner, 'KESTREL')).toEqual([])
  })

  // ASVS 8.2.1, 8.2.2, 8.4.1
  test.each(SEARCHABLE)('finds $name of the account, for those who may open the section', async ({ name, search, section }) => {
    const [owner, other] = [await ownerScope(), await ownerScope()]
    const id = await insertResource(name, owner)
    const [row] = await asSuperuser<{ name: string }>(`SELECT ${search.name} AS name FROM ${search.table} WHERE id = $1`, [id])
    const text = row?.name ?? ''
    const href = `/private/accounts/${owner.account.slug}/${section.segment}/${id}`
    expect(await searchAccount(owner, text.toUpperCase())).toEqual([{ group: section.title, name: text, href }])
    expect(await searchAccount(other, text)).toEqual([])
    deny(section.permission)
    expect(await searchAccount(owner, text)).toEqual([])
  })

  test('finds at most five people, and nothing for an empty search', async () => {
    const owner = await ownerScope()
    for (let n = 0; n < 6; n += 1) await memberScope(owner, 'MEMBER')
    expect(await searchAccount(owner, 'member-')).toHaveLength(5)
    expect(await searchAccount(owner, '')).toEqual([])
    expect(await searchAccount(owner, '   ')).toEqual([])
  })

  // ASVS 8.2.2, 8.4.1
  test('finds no one of another account, and no user whose email is not confirmed', async () => {
    const [owner, other] = [await ownerScope(), await ownerScope()]
    const word = unique('quail')
    await memberScope(other, 'MEMBER', `${word}-member@example.com`)
    await createUser(`${word}@example.com`)
    expect(await searchAccount(owner, word)).toEqual([])
    const claim = await unconfirmed(await memberScope(owner, 'MEMBER', `${unique('claim')}@example.com`))
    expect(await searchAccount(owner, claim.user.email)).toEqual([])
  })

  test('treats wildcards as text', async () => {
    const owner = await ownerScope()
    await asSuperuser("UPDATE users SET name = 'Plain' WHERE id = $1", [owner.user.id])
    expect(await searchAccount(owner, 'plain')).toHaveLength(1)
    expect(await searchAccount(owner, 'p%n')).toEqual([])
    expect(await searchAccount(owner, '_lain')).toEqual([])
  })
})
