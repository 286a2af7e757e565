import { describe, expect, test } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { limitReached } from '@/lib/outcome'
import { createProject, PROJECTS_MAX } from '@/lib/projects/projects'
import { postUpdate } from '@/lib/projects/updates'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { ownerScope, REQUEST, unique } from '../../support/people'
import { makeManyProjects, makeProject, NEW_PROJECT } from './support'

/** Runs `fn` ten times at once. @returns the successes, and the first refusal */
async function tenTimes(fn: () => Promise<{ status: string }>) {
  const outcomes = await atOnce(10, fn)
  return { successes: outcomes.filter(({ status }) => status === 'ok').length, refusal: outcomes.find(({ status }) => status !== 'ok') }
}

// ASVS 2.4.1, 15.4.2
describe('of ten simultaneous requests', () => {
  test('an account gets the last five projects', async () => {
    const scope = await ownerScope()
    const max = PROJECTS_MAX
    await makeManyProjects(scope.account.id, max - 5)
    const { successes, refusal } = await tenTimes(() => createProject(scope, { ...NEW_PROJECT, name: unique('Project') }, REQUEST))
    expect([successes, refusal]).toEqual([5, limitReached('projects', message('projects-full', { max }))])
    const [found] = await asSuperuser('SELECT count(*)::int FROM projects WHERE account_id = $1', [scope.account.id])
    expect(found).toEqual({ count: max })
  })

  test('a project gets one thousand updates', async () => {
    const scope = await ownerScope()
    const [full, empty] = [await makeProject(scope), await makeProject(scope)]
    await asSuperuser(
      `INSERT INTO project_updates (account_id, id, project_id, body)
       SELECT $1, gen_random_uuid(), $2, 'News' FROM generate_series(1, 998) n`,
      [scope.account.id, full],
    )
    const { successes, refusal } = await tenTimes(() => postUpdate(scope, { projectId: full, body: 'News' }, REQUEST))
    expect([successes, refusal]).toEqual([2, limitReached('projectUpdates', message('project-updates-full', { max: 1000 }))])
    expect(await postUpdate(scope, { projectId: empty, body: 'News' }, REQUEST)).toMatchObject({ status: 'ok' })
  })
})

test('each quota has a sentence that says so', () => {
  expect(sentence(message('projects-full', { max: 5 }))).toBe('An account can have up to 5 projects. Delete one to create another.')
  expect(sentence(message('project-updates-full', { max: 1000 }))).toBe(
    'A project can have up to 1000 updates. Delete one to post another.',
  )
})
