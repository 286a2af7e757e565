import { describe, expect, test, vi } from 'vitest'
import { comparePassword, hashPassword } from '@/lib/password/password'
import { HashingBusy, hashOnThread } from '@/lib/password/pool'
import { newPasswordField } from '@/lib/password/schema'
import { chooseEngine, compare, hash } from '@/lib/password/worker.mjs'

const REQUEST = { ip: '192.0.2.7', userAgent: null }

vi.unmock('@/lib/password/pool') // tests/support/fast-hashing.ts

describe('hashPassword and comparePassword', () => {
  // ASVS 6.2.8
  test('accept the right password and refuse a wrong one', async () => {
    const stored = await hashPassword('nine purple herons', REQUEST)
    expect(await comparePassword('nine purple herons', stored, REQUEST)).toEqual({ correct: true, outdated: false })
    expect(await comparePassword('nine purple heronz', stored, REQUEST)).toEqual({ correct: false, outdated: false })
    expect((await comparePassword('Nine purple herons', stored, REQUEST)).correct).toBe(false)
    expect((await comparePassword('nine purple herons ', stored, REQUEST)).correct).toBe(false)
  })

  // ASVS 6.2.8, 11.4.2
  test('use every character, past the 72 bytes that bcrypt reads', async () => {
    const stored = await hashPassword(`${'é'.repeat(200)}a`, REQUEST)
    expect((await comparePassword(`${'é'.repeat(200)}b`, stored, REQUEST)).correct).toBe(false)
    expect((await comparePassword(`${'é'.repeat(200)}a`, stored, REQUEST)).correct).toBe(true)
  })

  test('treat two Unicode forms of a character as equal', async () => {
    const stored = await hashPassword('cafe\u0301 au lait', REQUEST)
    expect((await comparePassword('caf\u00e9 au lait', stored, REQUEST)).correct).toBe(true)
  })

  // ASVS 11.4.2
  test('depend on the pepper', async () => {
    const { default: bcrypt } = await import('bcryptjs')
    const digest = (await hashPassword('nine purple herons', REQUEST)).split('.').slice(2).join('.')
    expect(await bcrypt.compare('nine purple herons', digest)).toBe(false)
  })

  // ASVS 11.2.5
  test.each([
    null,
    undefined,
    '',
    'plain text',
    '9.abcdef01.$2b$12$abc',
    '1.ffffffff.$2b$12$b0JidtJkxl./.iTARO/tkeAqoanDlY9aMPxJ6GcIHJN1fTR3Xubo6',
  ])('refuse every password for the malformed hash %s', async (stored) => {
    expect(await comparePassword('anything', stored, REQUEST)).toEqual({ correct: false, outdated: false })
  })

  // ASVS 15.2.2
  test('are refused immediately when the queue is full', async () => {
    const started = Date.now()
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, () =>
        hashOnThread('secret', 4, REQUEST).catch((error) => {
          throw [error, Date.now() - started]
        }),
      ),
    )
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as [Error, number]] : []))
    expect(refused.length).toBeGreaterThan(100)
    for (const [error] of refused) expect(error).toBeInstanceOf(HashingBusy)
    expect(await hashOnThread('secret', 4, REQUEST)).toMatch(/^\$2b\$04\$/) // and accepts work again
  })

  // ASVS 16.5.2
  test('refuse work in the same way if another bundle of the server has started the threads', async () => {
    await hashOnThread('secret', 4, REQUEST)
    vi.resetModules()
    const other = await import('@/lib/password/pool')
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => other.hashOnThread('secret', 4, REQUEST)))
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []))
    expect(refused.length).toBeGreaterThan(0)
    for (const error of refused) expect(error).toBeInstanceOf(other.HashingBusy)
  })

  // ASVS 2.4.1, 15.2.2
  test('serve other addresses in turn while one address has a full queue', async () => {
    const finished: string[] = []
    const hash = async (name: string, ip: string) => {
      await hashOnThread('secret', 8, { ip, userAgent: null })
      finished.push(name)
    }
    const flood = Promise.allSettled(Array.from({ length: 200 }, () => hash('flood', '198.51.100.1')))
    await hash('other', '198.51.100.2')
    await flood
    expect(finished.indexOf('other')).toBeLessThan(finished.length - 2) // a queue in order of arrival would serve it last
  })
})

describe('the hashing engines', () => {
  const SECRET = 'the secret of a password, with an é'
  const ENGINES = ['native', 'javascript'] as const

  test.each(ENGINES)('accept and refuse a hash of the %s engine alike', async (engine) => {
    const digest = await hash({ secret: SECRET, cost: 5, engine })
    expect(digest).toMatch(/^\$2b\$05\$[./A-Za-z0-9]{53}$/)
    for (const other of ENGINES) {
      expect(await compare({ secret: SECRET, digest, engine: other })).toBe(true)
      expect(await compare({ secret: `${SECRET}.`, digest, engine: other })).toBe(false)
    }
  })

  test('prefer the native one, and fall back to JavaScript if it is not installed', async () => {
    expect(await chooseEngine()).toEqual({ engine: 'native' })
    vi.doMock('@node-rs/bcrypt', () => {
      throw new Error('not installed')
    })
    expect(await chooseEngine()).toMatchObject({ engine: 'javascript', reason: expect.any(String) })
  })
})

describe('the password rules', () => {
  const field = newPasswordField(8)

  // ASVS 6.2.1
  test.each([
    ['seven characters', '1234567'],
    ['257 characters', 'x'.repeat(257)],
    ['a lone surrogate', 'abcdefgh\uD800'],
    ['a NUL character', 'abcdefgh\0'],
  ])('refuse %s', (_, password) => {
    expect(field.safeParse(password).success).toBe(false)
  })

  // ASVS 6.2.5, 6.2.9
  test.each([
    ['eight characters', 'abcdefg8'],
    ['256 characters', 'x'.repeat(256)],
    ['eight characters of another script', '青鷺青鷺青鷺青鷺'],
    ['eight emoji', '🪿🪿🪿🪿🪿🪿🪿🪿'],
    ['spaces', 'a b c d e'],
    ['letters only', 'onlyletters'],
  ])('accept %s', (_, password) => {
    expect(field.safeParse(password).success).toBe(true)
  })

  test('refuse seven emoji', () => {
    expect(field.safeParse('🪿'.repeat(7)).success).toBe(false)
  })
})
