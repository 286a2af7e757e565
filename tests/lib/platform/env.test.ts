import { expect, test } from 'vitest'
import { parseEnv } from '@/lib/platform/env'

const VALID = { DATABASE_URL: 'postgresql://app:x@db.example/atrium', AUTH_SECRET: 'a'.repeat(32), PASSWORD_PEPPER: 'b'.repeat(32) }

test('parseEnv reads valid settings, and uses defaults for the others', () => {
  expect(parseEnv({ ...VALID, PORT: '4000' })).toMatchObject({
    APP_URL: 'http://localhost:4000',
    PASSWORD_MIN_LENGTH: 8,
    TRUSTED_PROXIES: 0,
    SIGN_UP: 'open',
    AUTH_SECRET: ['a'.repeat(32)],
  })
  expect(parseEnv({ ...VALID, APP_URL: 'https://app.example/' }).APP_URL).toBe('https://app.example')
  expect(parseEnv({ ...VALID, AUTH_SECRET: `${'n'.repeat(32)}, ${'o'.repeat(32)}` }).AUTH_SECRET).toEqual(['n'.repeat(32), 'o'.repeat(32)])
})

test('parseEnv adds the time zone UTC to the options of DATABASE_URL', () => {
  const optionsOf = (query: string) => new URL(parseEnv({ ...VALID, DATABASE_URL: VALID.DATABASE_URL + query }).DATABASE_URL).searchParams
  expect([...optionsOf('')]).toEqual([['options', '-c timezone=UTC']])
  expect([...optionsOf('?sslmode=require&options=-c%20timezone%3DAsia/Tokyo%20-c%20jit%3Doff')]).toEqual([
    ['sslmode', 'require'],
    ['options', '-c timezone=Asia/Tokyo -c jit=off -c timezone=UTC'],
  ])
})

test.each([
  [{ AUTH_SECRET: undefined }, /^AUTH_SECRET is required/],
  [{ AUTH_SECRET: '' }, /^AUTH_SECRET is required/],
  [{ AUTH_SECRET: 'short' }, /^AUTH_SECRET must be 32/],
  [{ AUTH_SECRET: `${'a'.repeat(32)},short` }, /^AUTH_SECRET must be 32/],
  [{ PASSWORD_PEPPER: undefined }, /^PASSWORD_PEPPER is required/],
  [{ DATABASE_URL: 'mysql://x' }, /^DATABASE_URL must be a postgresql/],
  [{ APP_URL: 'app.example' }, /^APP_URL must be an http/],
  [{ APP_URL: 'https://app.example/path' }, /^APP_URL must have no path/],
  [{ APP_URL: 'javascript:alert(1)' }, /^APP_URL must be an http/],
  [{ PASSWORD_MIN_LENGTH: '4' }, /^PASSWORD_MIN_LENGTH must be 8/],
  [{ TRUSTED_PROXIES: 'one' }, /^TRUSTED_PROXIES must be a whole number/],
  [{ PORT: '99999' }, /^PORT must be a port/],
  [{ DATABASE_POOL_SIZE: '1' }, /^DATABASE_POOL_SIZE must be/],
  [{ SMTP_URL: 'https://mail.example' }, /^SMTP_URL must be an smtp/],
  [{ MAIL_FROM: 'Atrium' }, /^MAIL_FROM must be an email address/],
  [{ MAIL_FROM: 'Atrium <a@b.example>\r\nBcc: <x@y.example>' }, /^MAIL_FROM must be an email address/],
  [{ MAIL_FROM: 'a@b.example, c@d.example' }, /^MAIL_FROM must be an email address/],
  [{ MAIL: 'nowhere' }, /^MAIL must be log/],
  [{ SIGN_UP: 'closed' }, /^SIGN_UP must be open, verify, or invite/],
  [{ HIBP: 'yes' }, /^HIBP must be on or off/],
  [{ HIBP: 'on', HIBP_URL: 'leaks.example' }, /^HIBP_URL must be an http/],
  [{ WORKER: 'no' }, /^WORKER must be on or off/],
  [
    { NODE_ENV: 'production' },
    /^SMTP_URL is required in production, unless MAIL=log\nMAIL_FROM is required in production, unless MAIL=log$/,
  ],
  [{ NODE_ENV: 'production', SMTP_URL: 'smtp://mail.example', PORT: 'x' }, /^PORT must be a port.*\nMAIL_FROM is required/],
])('parseEnv rejects %j with the name and the reason', (invalid, message) => {
  expect(() => parseEnv({ ...VALID, ...invalid })).toThrow(message)
})

test('parseEnv accepts SMTP_URL or MAIL=log in production, and neither in development', () => {
  const smtp = { SMTP_URL: 'smtps://user:password@mail.example:465', MAIL_FROM: 'Atrium <atrium@app.example>' }
  expect(parseEnv({ ...VALID, ...smtp, NODE_ENV: 'production' })).toMatchObject({ ...smtp, WORKER: 'on' })
  expect(parseEnv({ ...VALID, NODE_ENV: 'production', MAIL: 'log' })).toMatchObject({ MAIL: 'log' })
  expect(parseEnv({ ...VALID, NODE_ENV: 'development' }).SMTP_URL).toBeUndefined()
})

// ASVS 13.3.2
test('parseEnv reports each invalid setting on its line, without values', () => {
  try {
    parseEnv({ AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:secretword@h' })
    expect.unreachable()
  } catch (error) {
    const lines = (error as Error).message.split('\n')
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['AUTH_SECRET', 'DATABASE_URL', 'PASSWORD_PEPPER'])
    expect(lines.join()).not.toMatch(/hunter2|secretword/)
  }
})
