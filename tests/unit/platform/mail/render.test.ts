import { describe, expect, test } from 'vitest'
import { BRAND } from '@/lib/brand'
import { renderEmail as render } from '@/lib/platform/mail/render'
import { TEMPLATES } from '@/lib/platform/mail/templates'

const LINK = 'http://localhost:3000/invitations/abc?a=1&b=2'
const TO = 'grace@example.com'
const renderEmail = (template: string, props: Record<string, unknown>) => render(template, props, TO)
const PROPS = {
  accountName: 'Heron',
  inviterName: 'Ada Lovelace',
  roleName: 'Admin',
  url: LINK,
  expiresAt: '2026-12-01T23:59:00.000Z',
}

describe('invitation', () => {
  test('names the inviter, account, role, and expiry date', async () => {
    const { subject, text, html } = await renderEmail('invitation', PROPS)
    expect(subject).toBe(`Join Heron on ${BRAND.name}`)
    expect(text).toContain(`Ada Lovelace invited you to join Heron on ${BRAND.name} as an admin.`)
    expect(text).toContain('This invitation expires on December 1, 2026 (UTC).')
    expect(text).toContain(`\n${LINK}\n`)
    expect(html).toContain(`Ada Lovelace invited you to join Heron on ${BRAND.name} as an admin.`)
    expect(html.match(/href="([^"]*)"/g)).toEqual(Array(2).fill('href="http://localhost:3000/invitations/abc?a=1&amp;b=2"'))
  })

  test('omits the inviter if the name is null', async () => {
    expect((await renderEmail('invitation', { ...PROPS, inviterName: null })).text).toContain(
      `You’re invited to join Heron on ${BRAND.name} as an admin.`,
    )
  })

  // ASVS 14.2.3
  test('loads no remote content', async () => {
    const { html } = await renderEmail('invitation', PROPS)
    expect(html).not.toMatch(/<img|<link|<script|url\(|@import|src=/i)
  })
})

test('an invitation shows the account and the inviter with their initials', async () => {
  const { html } = await renderEmail('invitation', { ...PROPS, accountName: 'Heron Press' })
  const parties = [...html.matchAll(/<div class="avatar"[^>]*>([^<]*)<\/div><\/td><td[^>]*><div[^>]*>([^<]*)<\/div><div[^>]*>([^<]*)</g)]
  expect(parties.map(([, ...party]) => party)).toEqual([
    ['HP', 'Heron Press', 'You’ll be an admin'],
    ['AL', 'Ada Lovelace', 'Invited you'],
  ])
})

test('ownership-offer names the current owner and the account', async () => {
  const { subject, text } = await renderEmail('ownership-offer', { accountName: 'Heron', offererName: 'Ada', url: LINK })
  expect(subject).toBe('Ada wants to transfer Heron to you')
  expect(text).toContain(`Ada offered you ownership of Heron on ${BRAND.name}.`)
})

test('ownership-declined names the member who declined', async () => {
  const { subject, text } = await renderEmail('ownership-declined', { accountName: 'Heron', memberName: 'Grace', url: LINK })
  expect(subject).toBe('Grace declined ownership of Heron')
  expect(text).toContain('You’re still an owner of Heron.')
})

test('ownership-transferred names the new owner, and says whom to contact if it was unexpected', async () => {
  const props = { accountName: 'Heron', newOwnerName: 'Grace', supportEmail: 'support@example.com', url: LINK }
  const { subject, text } = await renderEmail('ownership-transferred', props)
  expect(subject).toBe('Grace is now the owner of Heron')
  expect(text).toContain('Grace accepted your offer and is now the owner of Heron. You’re an admin.')
  expect(text).toContain('contact support@example.com.')
})

test('user-deleted says that deletion is final and what to do if it was unexpected', async () => {
  const { subject, text } = await renderEmail('user-deleted', { url: 'http://localhost:3000' })
  expect(subject).toBe(`Your ${BRAND.name} profile was deleted`)
  expect(text).toContain('can’t be undone')
  expect(text).toContain('someone else knew your password')
})

test('rejects an unknown template, so that the job is retried by a newer release', async () => {
  for (const template of ['of-tomorrow', 'constructor', '__proto__'])
    await expect(renderEmail(template, PROPS)).rejects.toThrow('There is no email template')
})

describe('names stay plain text', () => {
  // ASVS 1.3.3, 1.3.11
  test.each([
    ['cannot end a header line', 'Heron\r\nBcc: mallory@example.com', 'Heron Bcc: mallory@example.com'],
    ['cannot end a line with other line separators', 'Heron\u2028Bcc: x\u0085y\u0000z', 'Heron Bcc: xyz'],
    ['cannot reverse the writing direction', 'Heron\u202Egnp.exe\u2066', 'Herongnp.exe'],
    ['cannot contain invisible characters', 'He\u200Bro\uFEFFn\u00AD', 'Hero n'],
    ['cannot contain a lone surrogate', 'Heron \uD800', 'Heron \uFFFD'],
  ])('%s', async (_, accountName, shown) => {
    const { subject, text, html } = await renderEmail('invitation', { ...PROPS, accountName })
    expect(subject).toBe(`Join ${shown} on ${BRAND.name}`)
    const withoutJoiners = (part: string) => part.replaceAll('\u2060', '')
    expect(withoutJoiners(text)).toContain(`Join ${shown}\n`)
    for (const part of [withoutJoiners(text).replaceAll('\n', ''), withoutJoiners(subject)])
      expect(part).not.toMatch(/[\p{Cc}\u200B-\u200F\u2028-\u202E\u2066]/u)
    expect(html).not.toMatch(/[\u202E\u2066]/)
  })

  // ASVS 1.1.2, 1.2.1, 1.3.7
  test('cannot contain markup', async () => {
    const { html } = await renderEmail('invitation', {
      ...PROPS,
      accountName: '<img src=x onerror=alert(1)>"\'&',
      inviterName: '</body><script>x</script>',
    })
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;')
    expect(html).not.toMatch(/<img|<script/i)
  })

  test('cannot become links in clients that link bare host names', async () => {
    const { text, html } = await renderEmail('invitation', {
      ...PROPS,
      accountName: 'Win at https://evil.example/now www.evil.example',
      inviterName: 'ada@example.com',
    })
    for (const part of [text, html]) {
      expect(part).not.toMatch(/https?:\/\/evil|\w\.evil|evil\.example/)
      expect(part).toContain('evil.\u2060example')
      expect(part).toContain('ada@example.com invited') // email addresses stay as they are
    }
  })
})

describe('every template', () => {
  const props = {
    ...PROPS,
    offererName: 'Ada',
    newOwnerName: 'Grace',
    memberName: 'Grace',
    supportEmail: 'support@example.com',
    newEmail: 'new@example.com',
    at: '2026-12-01T23:59:00.000Z',
    device: 'Firefox on Windows',
    address: '192.0.2.1',
    change: 'totp-added',
    left: 2,
    changedBy: 'Ada',
    changes: [{ rule: 'Second factor', from: 'not required', to: 'everyone' }],
  }

  test.each(Object.keys(TEMPLATES))('%s has a subject, leads only to its own link, and fills in every value', async (template) => {
    const { subject, text, html } = await renderEmail(template, props)
    expect(subject).toMatch(/\S/)
    expect(text.match(/https?:\/\/\S+/g)).toEqual([LINK])
    expect(new Set(html.match(/href="([^"]*)"/g))).toEqual(new Set([`href="${LINK.replace('&', '&amp;')}"`]))
    expect(`${subject}${text}${html}`).not.toMatch(/undefined|null|\[object/)
  })

  test.each(Object.keys(TEMPLATES))('%s names the account or the product in its subject', async (template) => {
    expect((await renderEmail(template, props)).subject).toMatch(new RegExp(`Heron|${BRAND.name}`))
  })

  test.each(Object.keys(TEMPLATES))('%s ends with who got it and why', async (template) => {
    const { text, html } = await renderEmail(template, props)
    const sentence = /Sent to grace@example\.com because [^.]+\./
    expect(text).toMatch(sentence)
    expect(html).toMatch(sentence)
  })

  // ASVS 6.3.7
  test.each(['new-device', 'password-changed', 'email-change-requested', 'email-changed'])(
    '%s shows the device, the time, and the address, and leads to what secures the user',
    async (template) => {
      const { text, html } = await renderEmail(template, props)
      const cells = [...html.matchAll(/<th scope="row"[^>]*>([^<]*)<\/th><td[^>]*>([^<]*)</g)].map(([, label, value]) => [label, value])
      expect(cells).toEqual([
        ['Device', 'Firefox on Windows'],
        ['Time', 'December 1, 2026 at 11:\u206059 PM UTC'],
        ['IP address', '192.0.2.1'],
      ])
      expect(text).toContain('Device: Firefox on Windows\nTime: December 1, 2026 at 11:\u206059 PM UTC\nIP address: 192.0.2.1')
      expect(text).toContain(`Wasn’t you? Secure your account:\n${LINK}`)
    },
  )

  test.each([
    ['email-change-requested', 'new@example.com'],
    ['email-changed', 'new@example.com'],
    ['finish-registration', 'Heron'],
    ['new-device', 'Firefox on Windows'],
  ])('%s mentions %s', async (template, words) => {
    expect((await renderEmail(template, props)).text).toContain(words)
  })
})
