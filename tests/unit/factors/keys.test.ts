import { afterEach, describe, expect, test, vi } from 'vitest'
import { decryptSecret, encryptSecret } from '@/lib/factors/keys'
import * as environment from '@/lib/platform/env'

const SECRET = Buffer.from('a secret of a factor')
const BINDING = { purpose: 'totp', userId: 'a' } as const
const [KEY = ''] = environment.env().FACTOR_KEY

const withKeys = (...FACTOR_KEY: string[]) => vi.spyOn(environment, 'env').mockReturnValue({ ...environment.env(), FACTOR_KEY })
afterEach(() => void vi.restoreAllMocks())

describe('a factor’s secret', () => {
  // ASVS 11.3.2, 11.3.3, 13.3.1
  test('is encrypted, differently each time', () => {
    const [one, two] = [encryptSecret(SECRET, BINDING), encryptSecret(SECRET, BINDING)]
    expect(one).not.toBe(two)
    expect(Buffer.from(one.split('.')[1] ?? '', 'base64url').includes(SECRET)).toBe(false)
    expect(decryptSecret(one, BINDING)).toEqual({ secret: SECRET, isOutdated: false })
  })

  // ASVS 11.3.3
  test('cannot be read in the row of another user, for another purpose, or after a change', () => {
    const stored = encryptSecret(SECRET, BINDING)
    expect(() => decryptSecret(stored, { ...BINDING, userId: 'b' })).toThrow('cannot be decrypted')
    expect(() => decryptSecret(stored, { ...BINDING, purpose: 'totp-enrollment' })).toThrow('cannot be decrypted')
    expect(() => decryptSecret(`2${stored.slice(1)}`, BINDING)).toThrow('cannot be decrypted')
    expect(() => decryptSecret(`${stored.slice(0, -4)}AAAA`, BINDING)).toThrow('cannot be decrypted')
  })

  // ASVS 11.2.2
  test('is read with a second key, which it should leave, and with no key that was removed', () => {
    const stored = encryptSecret(SECRET, BINDING)
    withKeys('another key', KEY)
    expect(decryptSecret(stored, BINDING)).toEqual({ secret: SECRET, isOutdated: true })
    vi.restoreAllMocks()
    withKeys('another key')
    expect(() => decryptSecret(stored, BINDING)).toThrow('FACTOR_KEY no longer contains')
  })
})
