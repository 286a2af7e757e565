import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseEnv } from '@/lib/platform/env'
import { freshSecret } from '../../../scripts/setup.mjs'

const SECRET = freshSecret()
const VALID = {
  DATABASE_URL: 'postgresql://app:x@127.0.0.1/atrium',
  AUTH_SECRET: SECRET,
  PASSWORD_PEPPER: freshSecret(),
  FACTOR_KEY: freshSecret(),
}

test('parseEnv reads valid settings, and uses defaults for the others', () => {
  expect(parseEnv({ ...VALID, PORT: '4000' })).toMatchObject({
    APP_URL: 'http://localhost:4000',
    PASSWORD_MIN_LENGTH: 8,
    TRUSTED_PROXIES: 0,
    SIGN_UP: 'open',
    AUTH_SECRET: [SECRET],
  })
  expect(parseEnv({ ...VALID, APP_URL: 'https://app.example/' }).APP_URL).toBe('https://app.example')
  expect(parseEnv({ ...VALID, AUTH_SECRET: `${VALID.PASSWORD_PEPPER}, ${SECRET}` }).AUTH_SECRET).toEqual([VALID.PASSWORD_PEPPER, SECRET])
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
  [{ AUTH_SECRET: `${SECRET},short` }, /^AUTH_SECRET must be 32/],
  [{ PASSWORD_PEPPER: undefined }, /^PASSWORD_PEPPER is required/],
  [{ FACTOR_KEY: undefined }, /^FACTOR_KEY is required/],
  [{ DATABASE_URL: 'mysql://x' }, /^DATABASE_URL must be a postgresql/],
  [{ APP_URL: 'app.example' }, /^APP_URL must be an http/],
  [{ APP_URL: 'https://app.example/path' }, /^APP_URL must have no path/],
  [{ APP_URL: 'javascript:alert(1)' }, /^APP_URL must be an http/],
  [{ PASSWORD_MIN_LENGTH: '4' }, /^PASSWORD_MIN_LENGTH must be 8/],
  [{ TRUSTED_PROXIES: 'one' }, /^TRUSTED_PROXIES must be a whole number/],
  [{ PORT: '99999' }, /^PORT must be a port/],
  [{ DATABASE_POOL_SIZE: '1' }, /^DATABASE_POOL_SIZE must be/],
  [{ SMTP_URL: 'https://mail.example' }, /^SMTP_URL must be an smtp/],
  [{ SMTP_URL: 'smtp://mail.example/?ignoreTLS=true' }, /^SMTP_URL must have no query/],
  [{ SMTP_TLS: 'maybe' }, /^SMTP_TLS must be on or off/],
  [{ HIBP_URL: 'http://leaks.example' }, /^HIBP_URL must be an https/],
  [{ MAIL_FROM: 'Heron' }, /^MAIL_FROM must be an email address/],
  [{ MAIL_FROM: 'Heron <a@b.example>\r\nBcc: <x@y.example>' }, /^MAIL_FROM must be an email address/],
  [{ MAIL_FROM: 'a@b.example, c@d.example' }, /^MAIL_FROM must be an email address/],
  [{ MAIL: 'nowhere' }, /^MAIL must be log/],
  [{ SIGN_UP: 'closed' }, /^SIGN_UP must be open, verify, or invite/],
  [{ HIBP: 'yes' }, /^HIBP must be on or off/],
  [{ HIBP: 'on', HIBP_URL: 'leaks.example' }, /^HIBP_URL must be an https/],
  [{ WORKER: 'no' }, /^WORKER must be on or off/],
  [
    { NODE_ENV: 'production', APP_URL: 'https://app.example' },
    /^SMTP_URL is required in production, unless MAIL=log\nMAIL_FROM is required in production, unless MAIL=log$/,
  ],
  [
    { NODE_ENV: 'production', SMTP_URL: 'smtp://mail.example', PORT: 'x' },
    /^PORT must be a port.*\nAPP_URL is required in production.*\nMAIL_FROM is required/,
  ],
])('parseEnv rejects %j with the name and the reason', (invalid, message) => {
  expect(() => parseEnv({ ...VALID, ...invalid })).toThrow(message)
})

test('parseEnv accepts SMTP_URL or MAIL=log in production, and neither in development', () => {
  const smtp = { SMTP_URL: 'smtps://user:password@mail.example:465', MAIL_FROM: 'Heron <heron@app.example>' }
  const production = { ...VALID, NODE_ENV: 'production', APP_URL: 'https://app.example' }
  expect(parseEnv({ ...production, ...smtp })).toMatchObject({ ...smtp, WORKER: 'on' })
  expect(parseEnv({ ...production, MAIL: 'log' })).toMatchObject({ MAIL: 'log' })
  expect(parseEnv({ ...VALID, NODE_ENV: 'development' }).SMTP_URL).toBeUndefined()
})

// ASVS 13.3.2
test('parseEnv reports each invalid setting on its line, without values', () => {
  try {
    parseEnv({ AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:secretword@h' })
    expect.unreachable()
  } catch (error) {
    const lines = (error as Error).message.split('\n')
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(['AUTH_SECRET', 'DATABASE_URL', 'FACTOR_KEY', 'PASSWORD_PEPPER'])
    expect(lines.join()).not.toMatch(/hunter2|secretword/)
  }
})

// ASVS 12.2.1, 12.3.1
describe('in production', () => {
  const parse = (settings: Record<string, string>) => () => parseEnv({ ...VALID, NODE_ENV: 'production', MAIL: 'log', ...settings })

  test.each(['https://app.example', 'http://localhost:3000', 'http://app.localhost', 'http://127.0.0.2:80', 'http://[::1]:3000'])(
    'APP_URL can be %s',
    (APP_URL) => {
      expect(parse({ APP_URL })().APP_URL).toBe(new URL(APP_URL).origin)
    },
  )

  test.each(['http://app.example', 'http://10.0.0.1', 'http://localhost.example', 'http://127.0.0.1.example', 'http://0.0.0.0:3000'])(
    'APP_URL can be %s only with ALLOW_HTTP=on',
    (APP_URL) => {
      expect(parse({ APP_URL })).toThrow(/^APP_URL must be an https URL in production/)
      expect(parse({ APP_URL, ALLOW_HTTP: 'off' })).toThrow(/^APP_URL must be an https/)
      expect(parse({ APP_URL, ALLOW_HTTP: 'on' })().APP_URL).toBe(new URL(APP_URL).origin)
    },
  )

  test('APP_URL is required', () => {
    for (const ALLOW_HTTP of ['on', 'off']) expect(parse({ ALLOW_HTTP })).toThrow(/^APP_URL is required in production/)
  })

  const APP_URL = 'https://app.example'
  test.each([
    'postgresql://app@127.0.0.1/atrium',
    'postgresql://app@localhost:5432/atrium',
    'postgresql://app@localhost/atrium?host=/var/run/postgresql',
    'postgresql://app@db.example/atrium?sslmode=require',
    'postgresql://app@db.example/atrium?sslmode=verify-full',
    'postgresql://app@db.example/atrium?sslmode=disable',
  ])('DATABASE_URL can be %s', (DATABASE_URL) => {
    expect(parse({ APP_URL, DATABASE_URL })).not.toThrow()
  })

  test.each(['', '?sslmode=prefer', '?sslmode=allow', '?sslmode=no-verify', '?sslmode=', '?application_name=atrium'])(
    'the URL of a remote database cannot end with "%s"',
    (query) => {
      expect(parse({ APP_URL, DATABASE_URL: `postgresql://app@db.example/atrium${query}` })).toThrow(/^DATABASE_URL must have sslmode=/)
      expect(parse({ APP_URL, DATABASE_URL: `postgresql://app@127.0.0.1/atrium?host=db.example&${query.slice(1)}` })).toThrow(/sslmode/)
    },
  )
})

// ASVS 11.5.1
test.each([
  'a'.repeat(64),
  'ab'.repeat(32),
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'changeme-changeme-changeme-changeme-changeme',
  'CHANGE_ME_Xk3vQ9mTz7LpW2rJ8bNfYc5HdGs4KtUa6',
  'a secret for production that is long enough to pass',
  SECRET.slice(0, 42), // 31 bytes
  Buffer.from(SECRET).toString('hex').slice(0, 62), // 31 bytes
  `${SECRET.slice(0, 20)}${SECRET.slice(0, 20)}abc`,
])('a secret cannot be %s', (secret) => {
  for (const name of ['AUTH_SECRET', 'PASSWORD_PEPPER', 'FACTOR_KEY'])
    expect(() => parseEnv({ ...VALID, [name]: secret })).toThrow(`${name} must be 32 random bytes`)
})

test('an earlier, shorter PASSWORD_PEPPER can follow the current one, but a shorter AUTH_SECRET cannot', () => {
  const several = `${SECRET},${'old'.repeat(11)}`
  expect(parseEnv({ ...VALID, PASSWORD_PEPPER: several }).PASSWORD_PEPPER).toHaveLength(2)
  expect(() => parseEnv({ ...VALID, PASSWORD_PEPPER: `${'old'.repeat(11)},${SECRET}` })).toThrow('PASSWORD_PEPPER must be 32 random bytes')
  expect(() => parseEnv({ ...VALID, AUTH_SECRET: several })).toThrow('AUTH_SECRET must be 32 random bytes')
})

test('a webhook secret has 32 random bytes', () => {
  const ofBytes = (count: number) => `whsec_${randomBytes(count).toString('base64')}`
  const parse = (...secrets: string[]) => parseEnv({ ...VALID, WEBHOOK_SECRET: secrets.join(',') }).WEBHOOK_SECRET
  for (let count = 0; count < 200; count += 1) expect(parse(ofBytes(32), ofBytes(33))).toHaveLength(2)
  for (const weak of [ofBytes(24), ofBytes(31), `whsec_${'a'.repeat(44)}`, ofBytes(32).slice('whsec_'.length)])
    expect(() => parse(ofBytes(32), weak), weak).toThrow('WEBHOOK_SECRET must be whsec_ and 32 random bytes')
})

test('a secret can be 32 random bytes in any notation', () => {
  for (let count = 0; count < 200; count += 1) {
    const bytes = randomBytes(32)
    for (const notation of ['hex', 'base64', 'base64url'] as const)
      expect(() => parseEnv({ ...VALID, AUTH_SECRET: bytes.toString(notation) })).not.toThrow()
  }
})
