import { expect, test } from './test'

test('a test is online, and has no page, cookie, or stored value of the test before', async ({ contexts, anotherBrowser }) => {
  const context = (await anotherBrowser()).context()
  const page = await context.newPage()
  await page.goto('/api/health/live')
  await page.evaluate(() => {
    document.cookie = 'seen=1; max-age=1000'
    localStorage.setItem('seen', '1')
    sessionStorage.setItem('seen', '1')
  })
  await context.setOffline(true)
  await contexts.giveBack()
  await contexts.take()
  const next = await anotherBrowser()
  expect(next.context()).toBe(context)
  await next.goto('/api/health/live')
  expect(await next.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 0])
  expect(context.pages()).toHaveLength(2) // this one, and the one that is kept
})
