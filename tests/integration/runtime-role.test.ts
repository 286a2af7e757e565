import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { migrate } from '../../scripts/migrate.mjs'
import { scramVerifier } from '../../scripts/scram.mjs'
import { asSuperuser } from '../support/database'

const ROLE = 'scram_app'

/** Returns the URL of this file's database for a role. */
function urlFor(password: string, role = ROLE): string {
  const url = new URL(process.env.DATABASE_URL ?? '')
  Object.assign(url, { username: role, password })
  return url.href
}

async function canConnect(password: string, role = ROLE): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlFor(password, role) })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

// ASVS 16.2.5
test('db:migrate sets the password of the runtime role without sending it, so that no log contains it', async () => {
  const ownerUrl = process.env.DATABASE_OWNER_URL ?? ''
  const [setting] = await asSuperuser<{ name: string; folder: string }>(
    "SELECT current_database() AS name, current_setting('data_directory') AS folder",
  )
  await asSuperuser(`ALTER ROLE atrium_owner IN DATABASE ${setting?.name} SET log_statement = 'all'`)
  const passwords = ["first-p'ass-Xk3vQ9mTz7", 'second-pass-LpW2rJ8bNf'] as const
  for (const password of passwords) {
    await migrate({ ownerUrl, runtimeUrl: urlFor(password) })
    const [role] = await asSuperuser<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [ROLE])
    const [, salt = ''] = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(role?.rolpassword ?? '') ?? []
    expect(role?.rolpassword).toBe(scramVerifier(password, Buffer.from(salt, 'base64')))
    expect([await canConnect(password), await canConnect(`${password}!`)]).toEqual([true, false])
  }
  const log = readFileSync(path.join(setting?.folder ?? '', 'server.log'), 'utf8')
  expect(log).toMatch(new RegExp(`CREATE ROLE "?${ROLE}"? LOGIN INHERIT PASSWORD 'SCRAM-SHA-256`))
  expect(log).toMatch(new RegExp(`ALTER ROLE "?${ROLE}"? LOGIN INHERIT PASSWORD 'SCRAM-SHA-256`))
  for (const password of passwords) expect(log).not.toContain(password.slice(-10))
})

test('a second role takes the place of the first without an outage, with the steps of the runbook', async () => {
  const ownerUrl = process.env.DATABASE_OWNER_URL ?? ''
  const [, sql = ''] = /```sql\n(.*?)```/s.exec(readFileSync(path.join(import.meta.dirname, '../../docs/guide/runbooks.md'), 'utf8')) ?? []
  const second = `${ROLE}_2`
  await migrate({ ownerUrl, runtimeUrl: urlFor('first-password-8Yq') })
  await migrate({ ownerUrl, runtimeUrl: urlFor('second-password-3Zw', second) })
  expect([await canConnect('first-password-8Yq'), await canConnect('second-password-3Zw', second)]).toEqual([true, true])
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  const name = owner.escapeIdentifier(new URL(ownerUrl).pathname.slice(1))
  await owner.query(sql.replaceAll('atrium_app', ROLE).replace('DATABASE atrium ', `DATABASE ${name} `)).finally(() => owner.end())
  expect([await canConnect('first-password-8Yq'), await canConnect('second-password-3Zw', second)]).toEqual([false, true])
  const client = new pg.Client({ connectionString: urlFor('second-password-3Zw', second) })
  await client.connect()
  expect((await client.query('SELECT id FROM users LIMIT 0').finally(() => client.end())).rows).toEqual([])
})

test('a verifier gives the server signature of the example in RFC 7677, section 3', () => {
  const [clientNonce, nonce, salt] = [
    'rOprNGfwEbeRWgbNEkqO',
    'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    'W22ZaJ0SNY7soEsUEjb6gQ==',
  ]
  const exchange = `n=user,r=${clientNonce},r=${nonce},s=${salt},i=4096,c=biws,r=${nonce}`
  const [, serverKey = ''] = /:([^:]+)$/.exec(scramVerifier('pencil', Buffer.from(salt, 'base64'))) ?? []
  const signature = createHmac('sha256', Buffer.from(serverKey, 'base64')).update(exchange).digest('base64')
  expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

test('a role cannot have a password with characters that SASLprep may change', () => {
  for (const password of ['', 'pass\u00a0word', 'p\u00e4ss', 'pass\nword']) expect(() => scramVerifier(password)).toThrow('printable ASCII')
})

test('db:migrate does not send the password of the owner to a remote database without encryption', async () => {
  await expect(migrate({ ownerUrl: 'postgresql://owner:x@db.invalid/atrium' })).rejects.toThrow(/^DATABASE_OWNER_URL must have sslmode=/)
})
