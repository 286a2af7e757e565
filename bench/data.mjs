// Fills a database with what the benchmarks need, and signs users in.
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'

const BCRYPT_COST = 12
export const PASSWORD = 'nine purple herons wading'
/** How many people sign in during a storm, each once. */
export const PEOPLE = 2_000

/** Connects as a superuser, who bypasses row-level security. @param {Record<string, string>} settings */
export async function connect({ DATABASE_SUPERUSER_URL: connectionString = '' }) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

/**
 * Creates users who each own an account, are a member of it, and have a session. Triggers do not run, but for the trails.
 * @param {import('pg').Client} client @param {number} count
 */
export async function createCrowd(client, count) {
  await client.query('SET session_replication_role = replica')
  await client.query(
    `CREATE UNLOGGED TABLE crowd AS SELECT n, gen_random_uuid() AS user_id, gen_random_uuid() AS account_id FROM generate_series(1, $1::int) n`,
    [count],
  )
  await client.query(`INSERT INTO users (id, email) SELECT user_id, 'crowd' || n || '@example.com' FROM crowd`)
  await client.query(
    `INSERT INTO accounts (id, name, name_key, slug) SELECT account_id, 'Crowd ' || n, 'crowd ' || n, 'crowd-' || n FROM crowd`,
  )
  await client.query(`INSERT INTO memberships (account_id, user_id, role) SELECT account_id, user_id, 'OWNER' FROM crowd`)
  await client.query(
    `INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at)
     SELECT sha256(user_id::text::bytea), user_id, true, now() + interval '14 d', now() + interval '60 d' FROM crowd`,
  )
  await client.query(`INSERT INTO session_proofs (session_hash, method) SELECT sha256(user_id::text::bytea), 'password' FROM crowd`)
  await client.query('DROP TABLE crowd')
  await client.query('SET session_replication_role = origin')
}

/**
 * Creates an owner with one account, in which lists have 50 rows, and the people who sign in during a storm.
 * @param {import('pg').Client} client @param {Record<string, string>} settings @returns {Promise<string>} the owner's cookie
 */
export async function createTeam(client, settings) {
  const [ownerId, accountId] = [randomUUID(), randomUUID()]
  await client.query(`INSERT INTO users (id, email, name, email_verified_at) VALUES ($1, 'owner@example.com', 'Ada Owner', now())`, [
    ownerId,
  ])
  await client.query(`INSERT INTO accounts (id, name, name_key, slug) VALUES ($1, 'Heron Press', 'heron press', 'team')`, [accountId])
  await client.query(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [accountId, ownerId])
  await client.query(
    `WITH people AS (
       INSERT INTO users (id, email, name, email_verified_at)
       SELECT gen_random_uuid(), 'member' || n || '@example.com', 'Member ' || n, now() FROM generate_series(1, 49) n RETURNING id
     ) INSERT INTO memberships (account_id, user_id, role) SELECT $1, id, 'MEMBER' FROM people`,
    [accountId],
  )
  await client.query(
    `INSERT INTO projects (account_id, id, name, name_key, created_by)
     SELECT $1, gen_random_uuid(), 'Project ' || lpad(n::text, 2, '0'), 'project ' || lpad(n::text, 2, '0'), $2 FROM generate_series(1, 50) n`,
    [accountId, ownerId],
  )
  await client.query(
    `INSERT INTO users (id, email, password_hash, email_verified_at)
     SELECT gen_random_uuid(), 'person' || n || '@example.com', $1, now() FROM generate_series(1, $2::int) n`,
    [await passwordHash(settings), PEOPLE],
  )
  return createSession(client, ownerId, settings)
}

/** Creates a session. @param {import('pg').Client} client @param {string} userId @param {Record<string, string>} settings @returns {Promise<string>} its cookie */
export async function createSession(client, userId, { AUTH_SECRET = '' }) {
  const { encode } = await import('next-auth/jwt')
  const sid = randomBytes(32).toString('base64url')
  await client.query(
    `WITH started AS (
       INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at)
       VALUES ($1, $2, false, now() + interval '9 h', now() + interval '9 h') RETURNING id_hash
     )
     INSERT INTO session_proofs (session_hash, method) SELECT id_hash, 'password' FROM started`,
    [createHash('sha256').update(sid).digest(), userId],
  )
  const salt = 'authjs.session-token'
  return `${salt}=${await encode({ token: { sid }, secret: AUTH_SECRET, salt, maxAge: 36_000 })}`
}

/** Returns the stored hash of the password: see lib/password/password.ts. @param {Record<string, string>} settings */
async function passwordHash({ PASSWORD_PEPPER = '' }) {
  const { default: bcrypt } = await import('bcryptjs')
  const key = createHash('sha256').update(`atrium password pepper\0${PASSWORD_PEPPER}`).digest('hex').slice(0, 8)
  const secret = createHmac('sha384', PASSWORD_PEPPER).update(PASSWORD).digest('base64')
  return `1.${key}.${await bcrypt.hash(secret, BCRYPT_COST)}`
}
