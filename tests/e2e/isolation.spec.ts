import { expect, test } from './test'

test('a test is online, and has no page, cookie, or stored value of the test before', async ({
  contexts,
  anotherBrowser,
  baseURL: url = '',
}) => {
  const context = (await anotherBrowser()).context()
  await context.addCookies([{ name: 'seen', value: '1', url }])
  const page = await context.newPage()
  await page.goto('/api/health/live')
  await page.evaluate(() => {
    localStorage.setItem('seen', '1')
    sessionStorage.setItem('seen', '1')
  })
  await context.setOffline(true)
  await contexts.giveBack()

  await contexts.take()
  const next = await anotherBrowser()
  expect(next.context()).toBe(context)
  await next.goto('/api/health/live')
  expect(await next.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
  expect(await context.cookies()).toEqual([])
  expect(context.pages()).toHaveLength(2) // this one, and the one that is kept
})
