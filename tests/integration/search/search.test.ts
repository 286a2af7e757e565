import { describe, expect, test } from 'vitest'
import { searchAccount } from '@/lib/search/search'
import { asSuperuser } from '../../support/database'
import { createUser, memberScope, ownerScope, unconfirmed, unique } from '../../support/people'

async function addProject(accountId: string, name: string) {
  await asSuperuser('INSERT INTO projects (account_id, id, name, name_key) VALUES ($1, gen_random_uuid(), $2::text, lower($2::text))', [
    accountId,
    name,
  ])
}

describe('searchAccount', () => {
  test('finds people by name and email and projects by name, ignoring case', async () => {
    const owner = await ownerScope()
    const word = unique('heron')
    const member = await memberScope(owner, 'MEMBER', `${word}@example.com`)
    await asSuperuser('UPDATE users SET name = $2 WHERE id = $1', [member.user.id, 'Ada Kestrel'])
    await addProject(owner.account.id, `Bridge ${word}`)
    const path = `/private/accounts/${owner.account.slug}`
    const ada = { kind: 'person', name: 'Ada Kestrel', line: `${word}@example.com`, href: `${path}/members/${member.user.id}` }
    expect(await searchAccount(owner, 'KESTREL')).toEqual([ada])
    expect(await searchAccount(member, word.toUpperCase())).toEqual([
      ada,
      { kind: 'project', name: `Bridge ${word}`, href: expect.stringContaining(`${path}/projects/`) },
    ])
  })

  test('finds at most five of each, and nothing for an empty search', async () => {
    const owner = await ownerScope()
    for (let n = 0; n < 6; n += 1) await addProject(owner.account.id, `Many ${n}`)
    expect(await searchAccount(owner, 'many')).toHaveLength(5)
    expect(await searchAccount(owner, '')).toEqual([])
    expect(await searchAccount(owner, '   ')).toEqual([])
  })

  // ASVS 8.2.2, 8.4.1
  test('finds nothing of another account, and no user whose email is not confirmed', async () => {
    const [owner, other] = [await ownerScope(), await ownerScope()]
    const word = unique('quail')
    await addProject(other.account.id, word)
    await createUser(`${word}@example.com`)
    expect(await searchAccount(owner, word)).toEqual([])
    const claim = await unconfirmed(await memberScope(owner, 'MEMBER', `${unique('claim')}@example.com`))
    expect(await searchAccount(owner, claim.user.email)).toEqual([])
  })

  test('treats wildcards as text', async () => {
    const owner = await ownerScope()
    await addProject(owner.account.id, 'Plain')
    expect(await searchAccount(owner, 'p%n')).toEqual([])
    expect(await searchAccount(owner, '_lain')).toEqual([])
  })
})
