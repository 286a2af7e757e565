import { describe, expect, test } from 'vitest'
import { ratePassword } from '@/lib/password/strength'

const CONTEXT = { email: 'grace.lovelace@example.com', name: 'Augusta King', accountNames: ['Blue Heron', 'It'] }
const weaknessOf = (password: string) => ratePassword(password, CONTEXT).weakness

// ASVS 2.2.3, 6.2.4, 6.2.11, 6.2.12
describe('a new password', () => {
  test.each([
    ['password', 'password-common'],
    ['PassWord', 'password-common'],
    ['qwertyuiop', 'password-common'],
    ['12345678', 'password-common'],
    ['kashyyyk', 'password-common'], // in the list, and strong by its estimate
    ['00000000', 'password-common'],
    ['abcdefgh', 'password-common'],
    ['123123123', 'password-common'],
    ['abcdefg8', 'password-pattern'],
    ['9'.repeat(256), 'password-pattern'],
    ['青鷺青鷺青鷺青鷺', 'password-pattern'],
    ['Password1!', 'password-guessable'],
    ['P@$$w0rd1!', 'password-guessable'],
    ['Summer2026!', 'password-guessable'],
    ['atrium2026', 'password-personal'],
    ['Atrium2026!', 'password-personal'],
    ['gracelovelace', 'password-personal'],
    ['lovelace1852', 'password-personal'],
    ['Augusta123!', 'password-personal'],
    ['augustaking', 'password-personal'],
    ['xx grace.lovelace@example.com xx', 'password-has-email'],
    ['GRACE.LOVELACE@EXAMPLE.COM!', 'password-has-email'],
    ['the blue heron flies', 'password-has-account'],
    ['BlueHeron2026', 'password-has-account'],
  ])('%j is refused: %s', (password, reason) => {
    expect(ratePassword(password, CONTEXT)).toEqual({ score: 0, weakness: reason })
  })

  test.each([
    'correct horse battery staple',
    'nine purple geese wading',
    'seven quiet geese',
    'capital letters sleeping', // "It" is too short to look for
    'kx7#pq2L', // eight random characters
    'gvcmxbqe',
    '🪿🐎🦔🐝🦉🐢🦋🐌',
    'atrium geese purple wading', // contains the product's name, and enough else
  ])('%j is accepted', (password) => {
    expect(weaknessOf(password)).toBeUndefined()
  })

  test('is judged within a bounded time, however it is written', () => {
    const started = performance.now()
    for (const part of ['p@$$w0rd1!', '4@8({[<369!1|0$5+7%2', '19901990']) ratePassword(part.repeat(40).slice(0, 256), CONTEXT)
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})
