import { describe, expect, test } from 'vitest'
import { renderEmail } from '@/lib/platform/mail/render'

const URL_OF_IT = 'http://localhost:3000/invitations/abc?a=1&b=2'
const PROPS = {
  accountName: 'Heron',
  inviterName: 'Ada Lovelace',
  roleName: 'Admin',
  url: URL_OF_IT,
  expiresAt: '2026-12-01T23:59:00.000Z',
}

describe('an invitation', () => {
  test('says who invites to what, as what, and until when', async () => {
    const { subject, text, html } = await renderEmail('invitation', PROPS)
    expect(subject).toBe('Join Heron on Atrium')
    expect(text).toContain('Ada Lovelace invites you to join Heron on Atrium as an admin.')
    expect(text).toContain('until December 1, 2026')
    expect(text).toContain(`\n${URL_OF_IT}\n`)
    expect(html).toContain('Ada Lovelace invites you to join Heron on Atrium as an admin.')
    expect(html.match(/href="([^"]*)"/g)).toEqual(Array(2).fill('href="http://localhost:3000/invitations/abc?a=1&amp;b=2"'))
  })

  test('does without the name of who invites', async () => {
    expect((await renderEmail('invitation', { ...PROPS, inviterName: null })).text).toContain(
      'You are invited to join Heron on Atrium as an admin.',
    )
  })

  test('fetches nothing from anywhere', async () => {
    const { html } = await renderEmail('invitation', PROPS)
    expect(html).not.toMatch(/<img|<link|<script|url\(|@import|src=/i)
  })
})

test('an offer of ownership says who offers what', async () => {
  const { subject, text } = await renderEmail('ownership-offer', { accountName: 'Heron', offererName: 'Ada', url: URL_OF_IT })
  expect(subject).toBe('Ada offers you Heron')
  expect(text).toContain('Ada offers you the ownership of Heron on Atrium.')
})

test('the last letter to someone says what is gone, and what to do if it was not them', async () => {
  const { subject, text } = await renderEmail('user-deleted', { url: 'http://localhost:3000' })
  expect(subject).toBe('Your user was deleted')
  expect(text).toContain('cannot be undone')
  expect(text).toContain('someone else knew your password')
})

test('a letter that this release does not know is left for one that does', async () => {
  for (const template of ['of-tomorrow', 'constructor', '__proto__'])
    await expect(renderEmail(template, PROPS)).rejects.toThrow('There is no letter')
})

describe('a name stays text', () => {
  test.each([
    ['ends no line of the head', 'Heron\r\nBcc: mallory@example.com', 'Heron Bcc: mallory@example.com'],
    ['nor with other ends of lines', 'Heron\u2028Bcc: x\u0085y\u0000z', 'Heron Bcc: xyz'],
    ['turns nothing round', 'Heron\u202Egnp.exe\u2066', 'Herongnp.exe'],
    ['hides nothing', 'He\u200Bro\uFEFFn\u00AD', 'Hero n'],
    ['breaks no character', 'Heron \uD800', 'Heron \uFFFD'],
  ])('and %s', async (_, accountName, shown) => {
    const { subject, text, html } = await renderEmail('invitation', { ...PROPS, accountName })
    expect(subject).toBe(`Join ${shown} on Atrium`)
    const withoutJoiners = (part: string) => part.replaceAll('\u2060', '')
    expect(withoutJoiners(text)).toContain(`Join ${shown}\n`)
    for (const part of [withoutJoiners(text).replaceAll('\n', ''), withoutJoiners(subject)])
      expect(part).not.toMatch(/[\p{Cc}\u200B-\u200F\u2028-\u202E\u2066]/u)
    expect(html).not.toMatch(/[\u202E\u2066]/)
  })

  test('and is no markup', async () => {
    const { html } = await renderEmail('invitation', {
      ...PROPS,
      accountName: '<img src=x onerror=alert(1)>"\'&',
      inviterName: '</body><script>x</script>',
    })
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;')
    expect(html).not.toMatch(/<img|<script/i)
  })

  test('and leads nowhere, in programs that make links of what looks like one', async () => {
    const { text, html } = await renderEmail('invitation', {
      ...PROPS,
      accountName: 'Win at https://evil.example/now www.evil.example',
      inviterName: 'ada@example.com',
    })
    for (const part of [text, html]) {
      expect(part).not.toMatch(/https?:\/\/evil|\w\.evil|evil\.example/)
      expect(part).toContain('evil.\u2060example')
      expect(part).toContain('ada@example.com invites') // an address may stay one
    }
  })
})

describe('a letter about an address or a password', () => {
  const letters: [string, Record<string, string>, string, string][] = [
    ['verify-email', {}, 'Confirm your address', 'If you did not create an account, leave this mail'],
    ['confirm-new-email', {}, 'Confirm your new address', 'If it was not you, leave this mail'],
    ['email-change-asked', { newEmail: 'new@example.com' }, 'A new address for your account?', 'to new@example.com from now on'],
    ['email-change-changed', { newEmail: 'new@example.com' }, 'The address of your account was changed', 'is new@example.com now'],
    ['address-taken', {}, 'Your address is in use already', 'nothing has changed'],
    ['password-reset', {}, 'Choose a new password', 'If you did not ask for this, leave this mail'],
    ['finish-registration', { accountName: 'Heron' }, 'Finish creating your account', 'before Heron is yours'],
    ['already-registered', {}, 'You already have an account', 'nothing has changed'],
  ]

  test.each(letters)('%s says what it is about, leads where it should and nowhere else', async (template, props, subject, words) => {
    const url = 'http://localhost:3000/verify-email/abc'
    const mail = await renderEmail(template, { ...props, url })
    expect(mail.subject).toBe(subject)
    expect(mail.text).toContain(words)
    expect(mail.text.match(/https?:\/\/\S+/g)).toEqual([url])
    expect(new Set(mail.html.match(/href="([^"]*)"/g))).toEqual(new Set([`href="${url}"`]))
    expect(`${mail.text}${mail.html}`).not.toContain('undefined')
  })
})
