import { describe, expect, test, vi } from 'vitest'

/** Loads the module again with other settings. */
async function load<T>(path: string, variables: Record<string, string> = {}): Promise<T> {
  vi.resetModules()
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  return (await import(path)) as T
}

describe('requestInfo', () => {
  // ASVS 4.1.3, 15.3.4
  test.each([
    ['0', '203.0.113.9', '203.0.113.9'],
    ['0', '10.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['1', '198.51.100.4, 203.0.113.9', '198.51.100.4'],
    ['1', 'spoofed, 198.51.100.4, 203.0.113.9', '198.51.100.4'],
    ['2', '198.51.100.4, 10.0.0.2, 203.0.113.9', '198.51.100.4'],
    ['2', '203.0.113.9', null],
    ['2', '198.51.100.4, 203.0.113.9', null],
    ['1', '', null],
    ['0', '::ffff:203.0.113.9', '203.0.113.9'],
    ['0', '2001:db8::1', '2001:db8::1'],
    ['0', '<script>', null],
    ['0', '', null],
  ])('with %s trusted proxies reads X-Forwarded-For "%s" as the IP address %s', async (TRUSTED_PROXIES, forwarded, ip) => {
    const { requestInfo } = await load<typeof import('@/lib/http/request-info')>('@/lib/http/request-info', { TRUSTED_PROXIES })
    expect(requestInfo(new Headers({ 'x-forwarded-for': forwarded })).ip).toBe(ip)
  })

  // ASVS 4.1.3
  test('logs once a minute that requests pass fewer proxies than TRUSTED_PROXIES', async () => {
    const { requestInfo } = await load<typeof import('@/lib/http/request-info')>('@/lib/http/request-info', { TRUSTED_PROXIES: '2' })
    const { log } = await import('@/lib/platform/log')
    const error = vi.spyOn(log(), 'error').mockImplementation(() => undefined)
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    const forwarded = new Headers({ 'x-forwarded-for': '198.51.100.4, 203.0.113.9' })
    for (let count = 0; count < 3; count += 1) requestInfo(forwarded)
    expect(error.mock.calls.map(([fields]) => fields)).toEqual([{ kind: 'proxies.missing', expected: 2, arrived: 1 }])
    clock.mockReturnValue(61_000)
    for (let count = 0; count < 3; count += 1) requestInfo(forwarded)
    expect(error).toHaveBeenCalledTimes(2)
    requestInfo(new Headers({ 'x-forwarded-for': '192.0.2.1, 198.51.100.4, 203.0.113.9' }))
    expect(error).toHaveBeenCalledTimes(2)
    vi.restoreAllMocks()
  })

  test('limits the length of the user agent', async () => {
    const { requestInfo } = await load<typeof import('@/lib/http/request-info')>('@/lib/http/request-info')
    expect(requestInfo(new Headers({ 'user-agent': 'x'.repeat(9000) })).userAgent).toHaveLength(512)
    expect(requestInfo(new Headers()).userAgent).toBeNull()
  })
})

describe('addressKey', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0001::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['0:0:0:0:0:ffff:cb00:7109', '203.0.113.9'],
    [null, 'unknown'],
  ])('of %s is %s', async (ip, key) => {
    const { addressKey } = await load<typeof import('@/lib/http/request-info')>('@/lib/http/request-info')
    expect(addressKey({ ip, userAgent: null })).toBe(key)
  })

  // ASVS 4.1.3, 15.3.4
  test.each([
    ['0', ['1.1.1.1, 203.0.113.9', '2.2.2.2, 203.0.113.9']],
    ['1', ['1.1.1.1, 198.51.100.4, 203.0.113.9', '2.2.2.2, 198.51.100.4, 203.0.113.9']],
  ])('behind %s trusted proxies ignores forged addresses', async (TRUSTED_PROXIES, claims) => {
    const { addressKey, requestInfo } = await load<typeof import('@/lib/http/request-info')>('@/lib/http/request-info', { TRUSTED_PROXIES })
    expect(new Set(claims.map((claim) => addressKey(requestInfo(new Headers({ 'x-forwarded-for': claim }))))).size).toBe(1)
  })
})

describe('isSameOrigin', () => {
  // ASVS 3.5.1, 3.7.5
  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }, false],
    [{ origin: 'https://app.example' }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'https://app.example.evil.example' }, false],
    [{ origin: 'http://app.example' }, false],
    [{ origin: 'http://app.example', host: 'app.example' }, false],
    [{ origin: 'null' }, false],
    [{}, false],
    [{ referer: 'https://app.example/' }, false],
    [{ origin: 'http://10.1.2.3:3000', host: '10.1.2.3:3000' }, false],
    [{ origin: 'http://10.1.2.3:3000', host: '10.1.2.3:3000' }, true, 'development'],
  ])('for %j is %s', async (headers, isSame, mode = 'production') => {
    const settings = { APP_URL: 'https://app.example', NODE_ENV: mode }
    const { isSameOrigin } = await load<typeof import('@/lib/http/origin')>('@/lib/http/origin', settings)
    expect(isSameOrigin(new Headers(headers as Record<string, string>))).toBe(isSame)
  })
})

describe('cookies', () => {
  // ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4
  test('are secure and bound to the host when APP_URL is https', async () => {
    const { authCookies } = await load<typeof import('@/lib/auth.config')>('@/lib/auth.config', { APP_URL: 'https://app.example' })
    const [{ deviceCookie }, { flashCookie }, { linkCookie }, { themeCookie }] = await Promise.all([
      import('@/lib/http/device-cookie'),
      import('@/lib/http/flash-cookie'),
      import('@/lib/http/link-paths'),
      import('@/lib/http/theme-cookie'),
    ])
    for (const { name, options } of [
      ...Object.values(authCookies()),
      deviceCookie(),
      flashCookie(),
      linkCookie('invitations'),
      themeCookie(),
    ]) {
      expect(name).toMatch(/^__Host-/)
      expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', secure: true })
      expect(options).not.toHaveProperty('domain')
    }
  })

  test('are not secure when APP_URL is http, because a browser would drop them', async () => {
    const { sessionCookie } = await load<typeof import('@/lib/auth.config')>('@/lib/auth.config', { APP_URL: 'http://localhost:3000' })
    expect(sessionCookie()).toMatchObject({ name: 'authjs.session-token', options: { secure: false, httpOnly: true } })
  })
})
