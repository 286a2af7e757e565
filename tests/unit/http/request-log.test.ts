import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRouteIn } from '@/lib/http/app-routes'
import { prepareIncomingRequests } from '@/lib/http/incoming-requests'
import { LINK_KINDS } from '@/lib/http/link-paths'
import { noteCaller, pathForLog } from '@/lib/http/request-log'
import { log } from '@/lib/platform/log'
import { readable } from '@/lib/platform/readable-log'
import { captureLog } from '../../support/log'

log().level = 'info'
const logged = captureLog<Record<string, unknown>>()
const server = createServer((request, response) => {
  const headers = new Headers({ 'x-request-id': String(request.headers['x-request-id']) })
  if (request.url?.startsWith('/private')) noteCaller(headers, { user: { id: 'the user' }, account: { id: 'the account' } })
  if (request.url === '/slow') return
  response.writeHead(request.url === '/missing' ? 404 : 200).end()
})
const urlOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

const MEMBERS = { page: '/private/accounts/[slug]/members', regex: '^/private/accounts/([^/]+?)/members(?:/)?$' }
const ACCOUNT = { page: '/private/accounts/[slug]', regex: '^/private/accounts/([^/]+?)(?:/)?$' }
const HOME = { page: '/', regex: '^/(?:/)?$' }
const findRoute = findRouteIn({ staticRoutes: [HOME], dynamicRoutes: [ACCOUNT, MEMBERS] })

beforeAll(async () => {
  prepareIncomingRequests(findRoute)
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

// ASVS 16.2.1, 16.2.5
test('logs one line for each request, with its caller and its route, without the name of the account', async () => {
  await fetch(urlOf('/private/accounts/heron?q=secret'), { method: 'POST' })
  await fetch(urlOf('/missing'))
  await fetch(urlOf('/slow'), { signal: AbortSignal.timeout(100) }).catch(() => undefined)
  await expect.poll(logged.lines).toHaveLength(3)
  const line = {
    level: 30,
    msg: 'request',
    ms: expect.any(Number),
    request: expect.stringMatching(/^[0-9a-f-]{36}$/),
    time: expect.any(String),
  }
  expect(logged.lines()).toEqual([
    { ...line, method: 'POST', route: '/private/accounts/[slug]', status: 200, user: 'the user', account: 'the account' },
    { ...line, method: 'GET', route: 'other', status: 404 },
    { ...line, method: 'GET', route: 'other', status: 200, aborted: true },
  ])
})

test('finds the route of a path', () => {
  const paths = ['/', '/private/accounts/heron/members', '/_next/static/a.js', '/wp-login.php']
  expect(paths.map(findRoute)).toEqual(['/', '/private/accounts/[slug]/members', '/_next', undefined])
})

// ASVS 14.2.1, 16.2.5
test('never logs the token of an emailed link', async () => {
  const token = `${'kJ8s-'.repeat(8)}abc`
  const misspelled = [
    `/${token}`,
    `/x/${token}/y`,
    `//reset-password//${token}`,
    `/Reset-Password/${token}`,
    `/reset-password/${token.slice(1)}`,
  ]
  const encoded = `/reset-password/%6BJ8${token.slice(3)}`
  const paths = [...LINK_KINDS.map((kind) => `/${kind}/${token}`), ...misspelled, encoded, `/login?callbackUrl=/sign-in/${token}`]
  log().level = 'debug' // which adds the path
  for (const path of paths) await fetch(urlOf(path))
  await expect.poll(logged.lines).toHaveLength(paths.length)
  log().level = 'info'
  expect(logged.text()).not.toContain(token.slice(5, 15))
  expect(logged.lines()[0]?.path).toBe('/invitations/[token]')
  expect(pathForLog('/reset-password/open')).toBe('/reset-password/open')
  expect(pathForLog('/private/accounts/a-b/members/0193a5b0-7c1e-7000-8000-000000000000')).toContain('0193a5b0')
})

test('logs health checks and static files at the level debug only', async () => {
  for (const path of ['/api/health/live', '/api/health/ready', '/_next/static/a.js', '/']) await fetch(urlOf(path))
  await expect.poll(logged.lines).toHaveLength(1)
  expect(logged.lines()[0]).toMatchObject({ route: '/' })
})

test('a readable entry has the time, the level, the fields, and the stack of an error', () => {
  const line = JSON.stringify({
    level: 50,
    time: '2026-11-30T05:06:07.890Z',
    msg: 'failed',
    route: '/a',
    of: 2,
    err: { stack: 'Error: x\n    at y' },
  })
  expect(readable(line)).toBe('05:06:07 error failed route=/a of=2\nError: x\n    at y\n')
})
