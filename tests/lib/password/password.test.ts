import { describe, expect, test, vi } from 'vitest'
import { isCommonPassword } from '@/lib/password/common'
import { comparePassword, hashPassword } from '@/lib/password/password'
import { HashingBusy, hashOnThread } from '@/lib/password/pool'
import { contextualWeakness, newPasswordField } from '@/lib/password/schema'

vi.unmock('@/lib/password/pool') // tests/support/fast-hashing.ts

describe('hashing', () => {
  test('tells right from wrong', async () => {
    const stored = await hashPassword('nine purple herons')
    expect(await comparePassword('nine purple herons', stored)).toEqual({ correct: true, outdated: false })
    expect(await comparePassword('nine purple heronz', stored)).toEqual({ correct: false, outdated: false })
  })

  test('every character counts, past the 72 bytes that bcrypt reads', async () => {
    const stored = await hashPassword(`${'é'.repeat(200)}a`)
    expect((await comparePassword(`${'é'.repeat(200)}b`, stored)).correct).toBe(false)
    expect((await comparePassword(`${'é'.repeat(200)}a`, stored)).correct).toBe(true)
  })

  test('two ways to type one character are one password', async () => {
    const stored = await hashPassword('cafe\u0301 au lait')
    expect((await comparePassword('caf\u00e9 au lait', stored)).correct).toBe(true)
  })

  test('is of no use without the pepper', async () => {
    const { default: bcrypt } = await import('bcryptjs')
    const digest = (await hashPassword('nine purple herons')).split('.').slice(2).join('.')
    expect(await bcrypt.compare('nine purple herons', digest)).toBe(false)
  })

  test.each([
    null,
    undefined,
    '',
    'plain text',
    '9.abcdef01.$2b$12$abc',
    '1.ffffffff.$2b$12$b0JidtJkxl./.iTARO/tkeAqoanDlY9aMPxJ6GcIHJN1fTR3Xubo6',
  ])('says no to what it cannot read: %s', async (stored) => {
    expect(await comparePassword('anything', stored)).toEqual({ correct: false, outdated: false })
  })

  test('a full queue refuses at once instead of growing', async () => {
    const started = Date.now()
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, () =>
        hashOnThread('secret', 4).catch((error) => {
          throw [error, Date.now() - started]
        }),
      ),
    )
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as [Error, number]] : []))
    expect(refused.length).toBeGreaterThan(100)
    for (const [error] of refused) expect(error).toBeInstanceOf(HashingBusy)
    expect(await hashOnThread('secret', 4)).toMatch(/^\$2b\$04\$/) // and is open again defer
  })
})

describe('the rules', () => {
  const field = newPasswordField(8)

  test.each([
    ['seven', '1234567'],
    ['257 characters', 'x'.repeat(257)],
    ['half a surrogate pair', 'abcdefgh\uD800'],
    ['NUL', 'abcdefgh\0'],
  ])('refuse %s', (_, password) => {
    expect(field.safeParse(password).success).toBe(false)
  })

  test.each([
    ['eight', 'abcdefg8'],
    ['256 characters', 'x'.repeat(256)],
    ['eight of any script', '青鷺青鷺青鷺青鷺'],
    ['eight emoji, counted as eight', '🪿🪿🪿🪿🪿🪿🪿🪿'],
    ['spaces', 'a b c d e'],
    ['no digit or sign at all', 'onlyletters'],
  ])('take %s', (_, password) => {
    expect(field.safeParse(password).success).toBe(true)
  })

  test('count seven emoji as seven', () => {
    expect(field.safeParse('🪿'.repeat(7)).success).toBe(false)
  })

  test.each(['password', 'PassWord', 'qwertyuiop', '12345678'])('call %s common', async (password) => {
    expect(await isCommonPassword(password)).toBe(true)
  })

  test('do not call a sentence common', async () => {
    expect(await isCommonPassword('nine purple herons wading')).toBe(false)
  })

  test.each([
    ['xx ada@example.com xx', /email/],
    ['ADA@EXAMPLE.COM!', /email/],
    ['the blue heron flies', /account name/],
    ['BlueHeron2026', /account name/],
  ])('find the person in %s', (password, reason) => {
    expect(contextualWeakness(password, { email: 'ada@example.com', accountName: 'Blue Heron' })).toMatch(reason)
  })

  test('find no person where there is none', () => {
    expect(contextualWeakness('nine purple geese', { email: 'ada@example.com', accountName: 'Blue Heron' })).toBeUndefined()
    expect(contextualWeakness('capital letters', { email: 'ada@example.com', accountName: 'It' })).toBeUndefined()
  })
})
