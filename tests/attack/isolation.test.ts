import { expect, test } from 'vitest'
import { runMatrix } from '../isolation/matrix'
import { asSuperuser } from '../support/database'
import { ORIGIN } from '../support/http-client'

// ASVS 8.4.1
test('two users of the isolation report get nothing of each other, and are deleted again', async () => {
  const cells = await runMatrix(ORIGIN)
  expect(cells.filter(({ isRight }) => !isRight)).toEqual([])
  expect(cells.length).toBeGreaterThan(100)
  expect(await asSuperuser(`SELECT email FROM users WHERE email LIKE '%isolation%'`)).toEqual([])
})
