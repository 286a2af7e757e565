import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { message, readSentence, sentence } from '@/lib/messages'

test('sentence returns the sentence of a code, with and without parameters', () => {
  expect(sentence('sign-in-failed')).toBe('Email or password is incorrect.')
  expect(sentence(message('too-short', { min: 8 }))).toBe('Use at least 8 characters.')
})

test("sentence returns the general sentence for zod's default messages", () => {
  expect(sentence('Invalid input: expected string, received undefined')).toBe(sentence('field-unusable'))
})

test.each([
  '',
  'You have won',
  'toString',
  '__proto__',
  'constructor {"min":8}',
  'sign-in-failed {"min":8}',
  'too-short',
  'too-short {',
  'too-short []',
  'too-short null',
  'too-short {"min":{"toString":1}}',
  'account-left {"name":["a"]}',
  'sign-in-failed\n',
])('readSentence returns undefined for %j, which is not a message', (text) => {
  expect(readSentence(text)).toBeUndefined()
})

test('no sentence has two codes', () => {
  const sentences = [...readFileSync('lib/messages.ts', 'utf8').matchAll(/^ {2}'[a-z-]+':\s+(?:\(.*\) =>\s+)?['`](.+)['`],$/gm)].map(
    ([, text]) => text,
  )
  expect(sentences.length).toBeGreaterThan(100)
  expect(sentences.filter((text, index) => sentences.indexOf(text) !== index)).toEqual([])
})
