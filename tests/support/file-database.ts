import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { freshSecret } from '../../scripts/setup.mjs'
import { copyTemplate, named } from '../run/databases.mjs'

// Creates a database for the test file, and sets the environment before any module of the application reads it.
const name = `test_${randomBytes(6).toString('hex')}`
const { superuser, owner, runtime } = inject('databases')
await copyTemplate(superuser, name)

Object.assign(process.env, {
  NODE_ENV: 'test',
  APP_URL: 'http://localhost:3000',
  DATABASE_URL: named(runtime, name),
  DATABASE_OWNER_URL: named(owner, name),
  DATABASE_SUPERUSER_URL: named(superuser, name),
  AUTH_SECRET: freshSecret(),
  PASSWORD_PEPPER: freshSecret(),
  FACTOR_KEY: freshSecret(),
  SMTP_URL: '',
  MAIL_FROM: '',
  MAIL: '',
})

const { log } = await import('@/lib/platform/log')
log().level = 'warn' // audit events are logged at the level info
