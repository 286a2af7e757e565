import { afterAll, beforeAll, expect } from 'vitest'
import { asSuperuser } from './database'

/** @returns a digest of all rows that an attack could change, without the columns and tables that jobs change */
async function databaseState(): Promise<Record<string, string>> {
  const contents = (table: string, row: string) => `(SELECT md5(string_agg(${row}, ',' ORDER BY ${row})) FROM ${table}) AS ${table}`
  const [row = {}] = await asSuperuser<Record<string, string>>(`SELECT
    ${['users', 'accounts', 'memberships', 'identities', 'totp_factors', 'totp_enrollments', 'recovery_codes', 'passkeys', 'remembered_browsers'].map((table) => contents(table, `${table}::text`)).join()},
    ${contents('tokens', "encode(hash, 'hex')")}, ${contents('registrations', "encode(token_hash, 'hex')")},
    ${contents('sessions', "concat_ws(' ', id_hash, user_id, remembered, expires_at)")},
    (SELECT count(*) FROM sessions) AS sessions_count, (SELECT count(*) FROM users) AS users_count, (SELECT count(*) FROM audit_events WHERE kind <> 'access.denied') AS audit_count`)
  return row
}

/** Runs an attack, and fails if the database differs afterward. @returns the result of the attack */
export async function expectUnchanged<T>(attack: () => Promise<T>): Promise<T> {
  const before = await databaseState()
  const outcome = await attack()
  expect(await databaseState(), 'the database changed').toEqual(before)
  return outcome
}

/** Fails if the database differs after all tests of the surrounding `describe`. */
export function expectUnchangedAfterAll() {
  let before: Awaited<ReturnType<typeof databaseState>>
  beforeAll(async () => {
    before = await databaseState()
  })
  afterAll(async () => {
    expect(await databaseState(), 'the database changed').toEqual(before)
  })
}
