import { expect, test } from 'vitest'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, USER_ROUTES, urlOf } from '../registry/registry'
import { contentsOf, makeWorld, newSuffix } from '../registry/world'
import { asSuperuser } from '../support/database'
import { registerUser, signIn } from './attack'

const SUSPENDED = '/private/suspended'

// ASVS 7.4.2, 8.2.2
test('a suspended account is closed to its owner everywhere at once, and nothing in it changes', async () => {
  const world = await makeWorld({ offered: true })
  const { client } = world.callers.OWNER
  await asSuperuser('SELECT operator_suspend_account($1, true)', [world.own.accountId])
  const before = await contentsOf(world)
  for (const { path, kind, thing } of ACCOUNT_ROUTES) {
    const response = await client.get(urlOf(path, world.own, thing?.(world.own) ?? ''))
    if (kind === 'handler') expect([response.status, response.text], path).toEqual([403, '{"error":"account_suspended"}'])
    else expect([response.status, response.location], path).toEqual([307, SUSPENDED])
    expect(response.text, path).not.toContain(world.own.ownerId)
  }
  for (const { name, id, pages, fields, thing } of ACCOUNT_ACTIONS) {
    const page = urlOf(pages[0] ?? '', world.own, thing?.(world.own) ?? world.own.memberId)
    const values = fields?.(thing?.(world.own) ?? world.own.memberId, { things: world.own, suffix: newSuffix() }) ?? {}
    const response = await callAction(client, { id, url: page, bound: [world.own.slug], fields: values })
    expect([response.text, response.headers.get('x-action-redirect')].join('\n'), name).toContain(SUSPENDED)
  }
  expect(await contentsOf(world)).toBe(before)
  expect((await client.get(SUSPENDED)).text).toContain('mailto:')
  expect((await client.get('/private')).status).toBe(200)
  await asSuperuser('SELECT operator_suspend_account($1, false)', [world.own.accountId])
  expect((await client.get(`/private/accounts/${world.own.slug}`)).status).toBe(200)
})

// ASVS 7.4.2, 7.4.5
test('a suspended user has no session, and cannot sign in until the suspension is lifted', async () => {
  const world = await makeWorld()
  const { client, userId } = world.callers.OWNER
  await asSuperuser('UPDATE users SET suspended_at = now() WHERE id = $1', [userId]) // their session is still there
  for (const { path } of [...USER_ROUTES, ...ACCOUNT_ROUTES]) {
    const { status, location } = await client.get(urlOf(path, world.own, world.own.memberId))
    expect([status, location?.split('?')[0]], path).toEqual([307, '/login'])
  }

  const user = await registerUser()
  const suspend = (isSuspended: boolean) =>
    asSuperuser('SELECT operator_suspend_user(id, $2) FROM users WHERE email = $1', [user.email, isSuspended])
  await suspend(true)
  expect((await user.client.get('/private')).status).toBe(307)
  await expect(signIn(user)).rejects.toThrow()
  await suspend(false)
  expect((await user.client.get('/private')).status).toBe(307)
  expect((await (await signIn(user)).get('/private')).status).toBe(200)
})
