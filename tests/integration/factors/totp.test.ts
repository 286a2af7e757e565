import { describe, expect, test } from 'vitest'
import { BRAND } from '@/lib/brand'
import { findTotpStep, newTotpSecret, textKeyOf, totpUri } from '@/lib/factors/totp'
import { totpCode } from '../../support/factors'

const RFC_SECRET = Buffer.from('12345678901234567890')

describe('authenticator app codes', () => {
  // RFC 6238, appendix B, SHA-1; the last six of eight digits.
  // ASVS 6.6.3, 11.4.1
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('match RFC 6238 at %i seconds', (epochSeconds, code) => {
    expect(findTotpStep(RFC_SECRET, code, { epochSeconds })).toBe(Math.floor(epochSeconds / 30))
  })

  // ASVS 6.5.8
  test('are valid one step before and after, and no further', () => {
    const secret = newTotpSecret()
    const now = Math.floor(Date.now() / 1000)
    const valid = [-2, -1, 0, 1, 2].map((steps) => findTotpStep(secret, totpCode(secret, steps), { epochSeconds: now }) !== null)
    expect(valid).toEqual([false, true, true, true, false])
  })

  test('have a key of 160 bits, in base32', () => {
    const secret = newTotpSecret()
    expect(secret).toHaveLength(20)
    expect(textKeyOf(secret)).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
    expect(totpUri(secret, 'ada@example.com')).toMatch(
      new RegExp(String.raw`^otpauth://totp/${BRAND.name}:ada(%40|@)example\.com\?secret=[A-Z2-7]{32}&issuer=${BRAND.name}`),
    )
  })
})
