import { z } from 'zod'
import { BRAND } from '@/lib/brand'
import { originOf } from './app-origin'
import { findDatabaseTlsFault, isLoopback } from './tls.mjs'

const origin = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL, such as https://app.example.com', abort: true })
  .refine((value) => new URL(value).pathname === '/' && !new URL(value).search, 'must have no path')
  .transform((value) => new URL(value).origin)

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' })

/**
 * Adds an option that sets the session's time zone to UTC, whatever the database or the role has. Prisma writes and reads
 * timestamps without a zone, so they would be off by hours in any other.
 */
function inUtc(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  const options = [url.searchParams.get('options'), '-c timezone=UTC'] // the last one wins
  url.searchParams.set('options', options.filter(Boolean).join(' '))
  return url.href
}

const SECRETS_ERROR =
  'must be 32 random bytes or more, for example from `openssl rand -base64 33` (each, if several are separated by commas)'

/** One or several secrets. @param isAccepted checks each; the first is the current one, at index 0 */
function secrets(isAccepted: (secret: string, index: number) => boolean) {
  return z
    .string({ error: 'is required: 32 random bytes, for example from `openssl rand -base64 33`' })
    .transform((value) => value.split(',').map((secret) => secret.trim()))
    .refine((list) => list.every(isAccepted), SECRETS_ERROR)
}

const OLD_PEPPER_MIN_LENGTH = 32
const SECRET_MIN_BITS = 256
const SECRET_MIN_DISTINCT = 12 // 43 random characters have about 31 different ones, and 64 hexadecimal digits 15 or 16
const PLACEHOLDER = /change.?me|replace|placeholder|example|secret|password|default|abcdefgh|12345678/i
const REPETITION = /(.{8,}).*\1/

/** Returns whether a secret may have 256 random bits: it is long enough for its alphabet, and is not text, a repetition, or a placeholder. */
function isRandomSecret(secret: string): boolean {
  const bitsPerCharacter = /^[0-9a-f]+$/i.test(secret) ? 4 : /[a-z]/.test(secret) && /[A-Z]/.test(secret) ? 6 : 5
  if (secret.length * bitsPerCharacter < SECRET_MIN_BITS || new Set(secret).size < SECRET_MIN_DISTINCT) return false
  return !PLACEHOLDER.test(secret) && !REPETITION.test(secret) && !/\s/.test(secret)
}

const webhookSecrets = z
  .string()
  .transform((value) => value.split(',').map((secret) => secret.trim()))
  .refine(
    (list) => list.every((secret) => /^whsec_[A-Za-z0-9+/]{43,}={0,2}$/.test(secret) && isRandomSecret(secret.slice('whsec_'.length))),
    'must be whsec_ and 32 random bytes or more in base64 (each, if several are separated by commas)',
  )

const ADDRESS = String.raw`[^\s@<>,;:"]+@[^\s@<>,;:"]+`
const sender = z
  .string()
  .regex(
    new RegExp(String.raw`^(${ADDRESS}|[^\r\n<>@,;:"]+ <${ADDRESS}>)$`),
    `must be an email address, with or without a name: ${BRAND.name} <mail@example.com>`,
  )

const positive = (byDefault: number) =>
  z.coerce.number('must be a whole number, 1 or more').int().min(1, 'must be a whole number, 1 or more').default(byDefault)

const variables = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test'], 'must be development, production, or test').default('development'),
  APP_URL: origin.optional(),
  ALLOW_HTTP: z.enum(['on', 'off'], 'must be on or off').default('off'),
  PORT: z.coerce.number('must be a port number').int().min(1).max(65535, 'must be a port number').default(3000),
  DATABASE_URL: postgresUrl.transform(inUtc),
  DATABASE_POOL_SIZE: z.coerce.number('must be a whole number, 2 or more').int().min(2, 'must be a whole number, 2 or more').default(10),
  AUTH_SECRET: secrets(isRandomSecret),
  // An old pepper cannot be replaced in the hashes that have it, so an earlier, shorter one is accepted after the first.
  PASSWORD_PEPPER: secrets((secret, index) => (index === 0 ? isRandomSecret(secret) : secret.length >= OLD_PEPPER_MIN_LENGTH)),
  FACTOR_KEY: secrets(isRandomSecret),
  PASSWORD_MIN_LENGTH: z.coerce
    .number('must be a whole number from 8 to 64')
    .int()
    .min(8, 'must be 8 or more')
    .max(64, 'must be 64 or less')
    .default(8),
  HIBP: z.enum(['on', 'off'], 'must be on or off').default('off'),
  HIBP_URL: z
    .url({ protocol: /^https?$/, error: 'must be an https URL', abort: true })
    .refine((value) => isPrivateConnection(value), 'must be an https URL, unless its host is loopback')
    .default('https://api.pwnedpasswords.com'),
  TRUSTED_PROXIES: z.coerce
    .number('must be a whole number from 0 to 10')
    .int()
    .min(0)
    .max(10, 'must be a whole number from 0 to 10')
    .default(0),
  SIGN_INS_PER_ADDRESS: positive(50),
  REQUESTS_PER_ADDRESS: positive(8),
  MAX_CONNECTIONS: positive(1_000),
  MAX_PENDING_INVITATIONS: positive(500),
  SIGN_UP: z.enum(['open', 'verify', 'invite'], 'must be open, verify, or invite').default('open'),
  EMAIL_SIGN_IN: z.enum(['on', 'off'], 'must be on or off').default('on'),
  MAIL: z.enum(['log'], 'must be log, or not set').optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL', abort: true })
    .refine((value) => !new URL(value).search, 'must have no query, which could turn encryption off')
    .optional(),
  SMTP_TLS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  MAIL_FROM: sender.optional(),
  SUPPORT_EMAIL: z
    .string()
    .regex(new RegExp(`^${ADDRESS}$`), 'must be an email address')
    .optional(),
  WEBHOOK_SECRET: webhookSecrets.optional(),
  JOBS_SECRET: secrets(isRandomSecret).optional(),
  AUDIT_RETENTION_DAYS: z.coerce
    .number('must be a whole number from 30 to 3650')
    .int()
    .min(30, 'must be 30 or more')
    .max(3650, 'must be 3650 or less')
    .default(365),
  WORKER: z.enum(['on', 'off'], 'must be on or off').default('on'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn, or error').default('info'),
})

/** Runs a refinement even if other variables are wrong, so that all faults are reported at once. */
const always = () => true
const schema = variables
  .refine(({ NODE_ENV, APP_URL }) => NODE_ENV !== 'production' || APP_URL, {
    path: ['APP_URL'],
    when: always,
    error: 'is required in production: the public origin, such as https://app.example.com',
  })
  .refine(
    ({ NODE_ENV, APP_URL, ALLOW_HTTP }) =>
      NODE_ENV !== 'production' || ALLOW_HTTP === 'on' || !canParse(APP_URL) || isPrivateConnection(APP_URL),
    { path: ['APP_URL'], when: always, error: 'must be an https URL in production, unless its host is loopback or ALLOW_HTTP=on' },
  )
  .superRefine(({ NODE_ENV, DATABASE_URL }, issues) => {
    const fault = NODE_ENV === 'production' && canParse(DATABASE_URL) ? findDatabaseTlsFault(DATABASE_URL) : undefined
    if (fault) issues.addIssue({ code: 'custom', path: ['DATABASE_URL'], message: fault })
  })
  .refine((values) => !needsMailServer(values) || values.SMTP_URL, {
    path: ['SMTP_URL'],
    when: always,
    error: 'is required in production, unless MAIL=log',
  })
  .refine((values) => !needsMailServer(values) || values.MAIL_FROM, {
    path: ['MAIL_FROM'],
    when: always,
    error: 'is required in production, unless MAIL=log',
  })

/** Returns whether a value is a URL. Another rule refuses it if it is not. */
function canParse(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value)
}

/** Returns whether data sent to this URL is safe from others on the network. */
function isPrivateConnection(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isLoopback(hostname)
}

function needsMailServer({ NODE_ENV, MAIL }: { NODE_ENV?: unknown; MAIL?: unknown }): boolean {
  return NODE_ENV === 'production' && MAIL !== 'log'
}

export type Env = Omit<z.infer<typeof schema>, 'APP_URL' | 'MAIL_FROM' | 'SUPPORT_EMAIL'> & {
  APP_URL: string
  MAIL_FROM: string
  SUPPORT_EMAIL: string
}

let parsed: Env | undefined

/**
 * Returns the settings, which are read from the environment and validated once. `APP_URL` is a bare origin.
 * @throws {EnvError} if a variable is missing or wrong
 */
export function env(): Env {
  parsed ??= parseEnv(process.env)
  return parsed
}

/** Settings are missing or wrong. The message has a line for each, with the variable and the reason but never its value. */
export class EnvError extends Error {}

/** Parses a set of variables. An empty one counts as unset. @throws {EnvError} if a variable is missing or wrong */
export function parseEnv(environment: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given)
  if (!result.success) {
    const lines = result.error.issues.map((issue) => {
      const name = String(issue.path[0])
      return given[name] === undefined && !issue.message.startsWith('is ')
        ? `${name} is required: it ${issue.message}`
        : `${name} ${issue.message}`
    })
    throw new EnvError([...new Set(lines)].join('\n'))
  }
  const { MAIL_FROM = BRAND.sender } = result.data
  const { SUPPORT_EMAIL = MAIL_FROM.replace(/^.*<(.*)>$/, '$1') } = result.data
  return { ...result.data, APP_URL: originOf(result.data.APP_URL, result.data.PORT), MAIL_FROM, SUPPORT_EMAIL }
}

/** Sets the origin for Auth.js, which would otherwise take it from a request's headers. */
export function setAuthUrl(): void {
  process.env.AUTH_URL = env().APP_URL
}
