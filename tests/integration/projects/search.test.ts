import { describe, expect, test } from 'vitest'
import { archiveProject } from '@/lib/projects/projects'
import { searchAccount } from '@/lib/search/search'
import { ownerScope, REQUEST } from '../../support/people'
import { makeProject } from './support'

describe('searching an account', () => {
  test('finds at most five projects by name, archived ones last', async () => {
    const owner = await ownerScope()
    const names = ['Many 1', 'Many 2', 'Many 3', 'Many 4', 'Many 5', 'Many 6']
    for (const name of names) await makeProject(owner, name)
    const archived = await makeProject(owner, 'Many 0')
    await archiveProject(owner, { id: archived, archived: true }, REQUEST)
    expect((await searchAccount(owner, 'many')).map(({ name }) => name)).toEqual(names.slice(0, 5))
    expect((await searchAccount(owner, 'many 0')).map(({ name }) => name)).toEqual(['Many 0'])
  })

  test('ignores case and width in the name of a project, and treats wildcards as text', async () => {
    const owner = await ownerScope()
    await makeProject(owner, 'Plain')
    expect(await searchAccount(owner, 'ＰＬＡＩＮ')).toHaveLength(1)
    expect(await searchAccount(owner, 'p%n')).toEqual([])
    expect(await searchAccount(owner, '_lain')).toEqual([])
  })
})
