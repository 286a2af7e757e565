import { expect, test } from 'vitest'
import { formatMoney, parseMoney } from '@/lib/money'

test.each([
  ['1234.5', 123450n],
  ['1,234.50', 123450n],
  [' $1,234 ', 123400n],
  ['0.07', 7n],
  ['999999999999.99', 99999999999999n],
])('parseMoney reads %j as %s cents', (text, cents) => {
  expect(parseMoney(text)).toBe(cents)
})

test.each(['', '-1', '1.234', '1e3', '0x10', 'ten', '1.', '.5', '1 000', '1234567890123'])('parseMoney rejects %j', (text) => {
  expect(parseMoney(text)).toBeUndefined()
})

test.each([
  [123450n, '$1,234.50'],
  [7n, '$0.07'],
  [99999999999999n, '$999,999,999,999.99'],
])('formatMoney writes %s cents as %s', (cents, text) => {
  expect(formatMoney(cents, 'USD')).toBe(text)
})
