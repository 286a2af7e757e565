import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { policyOf, ROUTE_POLICIES } from '@/app/route-policies'
import { BUFFERED_BODY_MAX_BYTES, CLOSED_ROUTE, type RoutePolicy, STREAMED_ROUTES } from '@/lib/http/route-policy'
import nextConfig from '@/next.config.mjs'

const pathOf = (file: string) => `/${file.split('/').slice(1, -1).join('/')}`
const files = readdirSync('app', { encoding: 'utf8', recursive: true })
  .filter((file) => path.basename(file) === 'route.policy.ts')
  .map((file) => `app/${file}`)

test('the list has every policy file, under the path of its route, and nothing else', async () => {
  const declared: Record<string, RoutePolicy> = {}
  for (const file of files) declared[pathOf(file)] = (await import(path.resolve(file))).policy
  expect(ROUTE_POLICIES).toEqual(declared)
})

test.each(files)('%s is enforced by the handler beside it, and imports nothing but types', (file) => {
  const handler = file.replace('route.policy.ts', 'route.ts')
  expect(existsSync(handler)).toBe(true)
  expect(readFileSync(handler, 'utf8')).toMatch(/handlerWithPolicy\(policy,/)
  expect(readFileSync(file, 'utf8')).not.toMatch(/^import (?!type )/m)
})

test('a route without a policy is closed', () => {
  for (const pathname of ['/', '/login', '/api/auth/signin', '/api/webhooks', '/api/webhooks/example/', '/constructor', '/__proto__']) {
    expect(policyOf(pathname), pathname).toBe(CLOSED_ROUTE)
  }
})

describe('the middleware’s buffer', () => {
  test('holds the largest body of every route that it sees', () => {
    for (const [pathname, { maxBodyBytes }] of Object.entries(ROUTE_POLICIES)) {
      if (!pathname.startsWith(STREAMED_ROUTES)) expect(maxBodyBytes, pathname).toBeLessThanOrEqual(BUFFERED_BODY_MAX_BYTES)
    }
  })

  test('has the same size in the configuration of Next', () => {
    expect(nextConfig.experimental?.proxyClientMaxBodySize).toBe(BUFFERED_BODY_MAX_BYTES)
  })
})
