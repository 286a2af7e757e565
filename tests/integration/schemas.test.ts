import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { deleteAccountSchema, newAccountSchema, registrationSchema } from '@/lib/accounts/schema'
import { auditQuerySchema } from '@/lib/audit/schema'
import { emailField } from '@/lib/email-address'
import { nameField } from '@/lib/fields'
import { invitedRegistrationSchema, inviteSchema } from '@/lib/invitations/schema'
import { memberQuerySchema } from '@/lib/memberships/schema'
import { message, sentence } from '@/lib/messages'
import { signInSchema } from '@/lib/sessions/schema'
import { foldText } from '@/lib/text'
import { deleteUserSchema, profileSchema } from '@/lib/users/schema'
import { fieldErrorsOf } from '@/lib/validation'

// One of each kind of character that leaves no mark, which NFKC does not turn into a space.
const BLANK = [
  '\u2800', // Braille blank
  '\u{1D159}', // null notehead
  '\u115F', // Hangul filler
  '\uFFA0', // half-width Hangul filler
  '\u17B4', // Khmer inherent vowel
  '\u1680', // Ogham space mark
  '\u2028', // line separator
  '\u200D', // zero-width joiner
  '\u2060', // word joiner
  '\u180E', // Mongolian vowel separator
  '\u034F', // combining grapheme joiner
  '\uFE0F', // a selector without its emoji
  '\u{E0100}', // another selector
  '\u{E0041}', // a tag
  '\u{1D173}', // a musical control
  '\u202E', // right-to-left override
]

const requiredName = nameField({ missing: message('field-required'), max: 80 })
const accountName = (value: string) => newAccountSchema.safeParse({ accountName: value })

describe('an account name', () => {
  test.each([
    'ab',
    'x'.repeat(80),
    '青鷺',
    '  Blue Heron  ',
    'O’Neil & Söhne',
    '🪿🪿',
    'Ｗｉｄｅ',
    '❤️ Co',
    '1️⃣ Co',
    '🇫🇷 Co',
    '3M',
    'नमस्ते',
    '¡Sí!',
  ])('can be %j', (name) => {
    expect(accountName(name).data).toEqual({ accountName: name.normalize('NFKC').trim() })
  })

  // ASVS 1.3.3, 2.2.1
  test.each([
    '',
    ' ',
    'a',
    ' a ',
    'x'.repeat(81),
    'a\u0000b',
    'a\nb',
    'a\u200bb',
    'a\u202eb',
    'a\u2066b',
    'a\ufeffb',
    'a\u00adb',
    'a\u200db',
    'a\ud800',
    'ㅤㅤ',
    '\u2003\u2003',
    ...BLANK.map((blank) => `a${blank}b`),
    ...BLANK.map((blank) => blank.repeat(3)),
    '--',
    '...!?',
    '\u0301\u0301', // two combining accents
    '+ =',
  ])('cannot be %j', (name) => {
    expect(accountName(name).success).toBe(false)
  })

  test('is counted in characters, not bytes', () => {
    expect(accountName('🪿'.repeat(80)).success).toBe(true)
    expect(accountName('🪿'.repeat(81)).success).toBe(false)
  })
})

test.each([
  ['Straße', 'STRASSE'],
  ['İstanbul', 'i̇stanbul'],
  ['ﬁne', 'FINE'],
  ['Ａ　Ｂ', 'a b'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['e\u0301', 'É'],
])('foldText treats %s and %s as equal', (a, b) => {
  expect(foldText(a)).toBe(foldText(b))
})

describe('an email address', () => {
  test.each([
    ['Ada@Example.COM', 'ada@example.com'],
    [' a+tag@example.com ', 'a+tag@example.com'],
    [`${'x'.repeat(64)}@example.com`, `${'x'.repeat(64)}@example.com`],
  ])('%s is normalized to %s', (value, normalized) => {
    expect(emailField.parse(value)).toBe(normalized)
  })

  test.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'a@b.c, d@e.f',
    'ada@exämple.com',
    'ädä@example.com',
    'a b@example.com',
    'ada@example.com\nBcc: x@y.z',
    'ada@example.com\0',
    `${'x'.repeat(65)}@example.com`,
    `a@${'x'.repeat(250)}.com`,
    '"quoted"@example.com',
    'ada@[127.0.0.1]',
    '<ada@example.com>',
    '\u212Aarl@example.com', // the Kelvin sign, which is k in lower case
    'ada@\u0130xample.com', // İ, which is i and a combining dot in lower case
    'a\u017Fa@example.com', // ſ, which is S in upper case
    '\uFF41da@example.com', // a full-width a, which is a in NFKC
    'ada\uFF20example.com', // a full-width @
    'ada@example\u3002com', // an ideographic full stop, which IDNA reads as a dot
    '\u200Bada@example.com',
  ])('cannot be %j', (value) => {
    expect(emailField.safeParse(value).success).toBe(false)
  })
})

describe('an address with a character that folds to ASCII', () => {
  const typed = '\u212Aarl@example.com'

  test('is refused in a list of invitations, alone and in angle brackets', () => {
    for (const emails of [typed, `ada@example.com, Karl <${typed}>`]) {
      const { success, error } = inviteSchema.safeParse({ emails, role: 'MEMBER' })
      expect(success).toBe(false)
      expect(error?.issues[0]?.message).toBe(message('invitation-emails-invalid', { emails: typed, more: 0 }))
    }
  })

  test('is another address to the forms that compare it', () => {
    expect(signInSchema.parse({ email: typed, password: 'x' }).email).toBe(typed)
    expect(deleteUserSchema.parse({ confirmation: typed }).confirmation).toBe(typed)
    expect(auditQuerySchema.parse({ person: typed }).person).toBe(typed)
  })
})

// ASVS 15.3.3
test('registrationSchema drops unknown fields', () => {
  const parsed = registrationSchema(8).parse({
    accountName: 'Blue Heron',
    email: 'ada@example.com',
    password: 'nine purple geese',
    role: 'ADMIN',
    id: '1',
  })
  expect(Object.keys(parsed).sort()).toEqual(['accountName', 'callbackUrl', 'email', 'password'])
})

// ASVS 6.2.1
test('registrationSchema enforces a higher minimum length of passwords', () => {
  expect(registrationSchema(16).safeParse({ accountName: 'Blue', email: 'ada@example.com', password: 'fifteen letters' }).success).toBe(
    false,
  )
})

test.each([
  ['on', true],
  [undefined, false],
  ['', false],
  [false, false],
])('signInSchema reads the checkbox value %j as %j', (remember, expected) => {
  expect(signInSchema.parse({ email: 'a@b.example', password: 'x', remember }).remember).toBe(expected)
})

test.each(['x'.repeat(81), 'a\nb', '--', ...BLANK.map((blank) => `a${blank}b`), ...BLANK.filter((blank) => blank.trim())])(
  'neither a profile nor a field that requires a name can have the name %j',
  (name) => {
    expect(profileSchema.safeParse({ name }).success).toBe(false)
    expect(requiredName.safeParse(name).success).toBe(false)
  },
)

test('a profile name is optional, and a required name is not', () => {
  expect(profileSchema.parse({ name: ' ' })).toEqual({ name: '' })
  expect(requiredName.safeParse(' ').error?.issues[0]?.message).toBe('field-required')
})

test.each(['é', '7', '🪿', '🇫🇷', '青'])('a name can be only %s', (name) => {
  expect(requiredName.parse(name)).toBe(name)
})

test.each(['\0', 'a\0b', '\ud800'])('memberQuerySchema ignores the search %j, which the database does not accept', (search) => {
  expect(memberQuerySchema.parse({ search })).toEqual({ search: '', sort: 'joined' })
})

test.each<[string, z.ZodObject]>([
  ['registering', registrationSchema(8)],
  ['registering when invited', invitedRegistrationSchema(8)],
  ['signing in', signInSchema],
  ['creating an account', newAccountSchema],
  ['deleting an account', deleteAccountSchema],
  ['inviting', inviteSchema],
])('%s without its fields returns messages that say what to do', (_, schema) => {
  const given = 'id' in schema.shape ? { id: crypto.randomUUID() } : {}
  const messages = Object.values(fieldErrorsOf(schema.safeParse(given).error as z.ZodError))
  expect(messages.length).toBeGreaterThan(0)
  for (const message of messages) expect(sentence(message)).toMatch(/^(Enter|Give|Choose|Type) .+\.$/)
})
