import { expect, test } from 'vitest'
import { dayField, moneyField, textField } from '@/lib/fields'
import { message } from '@/lib/messages'
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

// ASVS 1.4.2
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

test.each([
  { name: 'moneyField', field: moneyField, text: '12.30', value: 1230n },
  { name: 'dayField', field: dayField, text: '2026-12-01', value: new Date('2026-12-01T00:00:00Z') },
])('$name parses $text', ({ field, text, value }) => {
  expect(field.parse(text)).toEqual(value)
})

test.each([
  { name: 'moneyField', field: moneyField, text: '', code: 'field-required' },
  { name: 'moneyField', field: moneyField, text: undefined, code: 'field-required' },
  { name: 'moneyField', field: moneyField, text: 'twelve', code: 'amount-invalid' },
  { name: 'dayField', field: dayField, text: '2026-02-30', code: 'day-invalid' },
])('$name rejects $text with $code', ({ field, text, code }) => {
  expect(field.safeParse(text).error?.issues[0]?.message).toBe(code)
})

test.each([
  { text: ' one\r\ntwo\t\u202b ', value: 'one\ntwo\t\u202b' },
  { text: '🌉🌉🌉🌉🌉🌉🌉🌉', value: '🌉🌉🌉🌉🌉🌉🌉🌉' },
  { text: ' ', value: '' },
])('textField keeps what a person can type in $text', ({ text, value }) => {
  expect(textField({ max: 10 }).parse(text)).toBe(value)
})

test.each([
  { text: 'nine long', reason: message('too-long', { max: 8 }) },
  { text: 'a\0b', reason: message('invisible-characters') },
  { text: 'a\ud800', reason: message('invisible-characters') },
  { text: ' \u200b ', reason: message('field-required') },
])('textField rejects $text', ({ text, reason }) => {
  expect(textField({ max: 8, missing: message('field-required') }).safeParse(text).error?.issues[0]?.message).toBe(reason)
})
