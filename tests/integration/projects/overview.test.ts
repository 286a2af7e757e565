import { expect, test } from 'vitest'
import { readOverview } from '@/lib/overview/overview'
import { archiveProject, editProject } from '@/lib/projects/projects'
import { memberScope, ownerScope, REQUEST } from '../../support/people'
import { makeProject } from './support'

test("the account's overview lists projects that are not archived, the last updated first, with status and lead", async () => {
  const owner = await ownerScope()
  const lead = await memberScope(owner, 'MEMBER')
  const [bridge, archived, tower] = [await makeProject(owner, 'Bridge'), await makeProject(owner, 'Old'), await makeProject(owner, 'Tower')]
  await editProject(owner, { id: bridge, name: 'Bridge', description: '', status: 'paused', leadId: lead.user.id }, REQUEST)
  await archiveProject(owner, { id: archived, archived: true }, REQUEST)
  const [projects] = (await readOverview(owner))?.recent ?? []
  expect(projects?.rows).toMatchObject([
    { id: bridge, name: 'Bridge', status: 'paused', person: lead.user.email },
    { id: tower, name: 'Tower', person: owner.user.email },
  ])
})
