import { expect, test } from 'vitest'
import { conflict, forbidden, invalid, isRefusal, limitReached, notFound, ok, recentAuth } from '@/lib/outcome'

test.each([
  [notFound],
  [forbidden],
  [recentAuth],
  [{ ...recentAuth, verifyPath: '/private' }],
  [conflict('last-owner')],
  [limitReached('invitations', 'last-owner')],
  [invalid({ name: 'field-required' })],
  [{ status: 'unmet', verifyPath: '/private' }],
  [{ status: 'limited', retryAfterSeconds: 1 }],
  [{ status: 'unavailable', cause: 'database' }],
])('%o is a refusal', (refusal) => {
  expect(isRefusal(refusal)).toBe(true)
})

test.each([[ok(null)], [null], [undefined], ['forbidden'], [[]], [{ status: 'active' }], [{ id: '1', status: 'conflict' }]])(
  '%o is not, so that its transaction commits',
  (value) => {
    expect(isRefusal(value)).toBe(false)
  },
)
