import { describe, expect, test } from 'vitest'
import { withUser } from '@/lib/platform/db'
import { type Mail, queueMail } from '@/lib/platform/mail/mail'
import { decryptPayload, type EncryptedMail, encryptPayload } from '@/lib/platform/mail/payload'
import { asSuperuser } from '../../../support/database'
import { unique } from '../../../support/people'

const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000'
const LINK = 'http://localhost:3000/invitations/a-secret-in-a-link'

function invitationTo(to: string, url = LINK): Mail {
  const props = { accountName: 'Heron', inviterName: null, roleName: 'Member', url, expiresAt: '2026-12-01T00:00:00.000Z' }
  return { to, template: 'invitation', props }
}

const queue = (...mails: Mail[]) => withUser(UNKNOWN_ID, (tx) => queueMail(tx, mails))

async function queuedFor(to: string): Promise<EncryptedMail[]> {
  const rows = await asSuperuser<{ payload: EncryptedMail }>(
    `SELECT payload FROM graphile_worker._private_jobs WHERE payload->>'to' = $1`,
    [to],
  )
  return rows.map(({ payload }) => payload)
}

describe('queueMail', () => {
  // ASVS 14.2.4
  test('stores the recipient and template in plain text and encrypts the rest', async () => {
    const to = `${unique('grace')}@example.com`
    await queue(invitationTo(to))
    const [mail] = await queuedFor(to)
    expect(mail).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), to, template: 'invitation', ciphertext: expect.any(String) })
    const everything = await asSuperuser(`SELECT jobs::text FROM graphile_worker._private_jobs AS jobs`)
    expect(JSON.stringify(everything)).not.toMatch(/a-secret-in-a-link|Heron/)
    expect(Buffer.from(mail?.ciphertext ?? '', 'base64').toString('latin1')).not.toMatch(/a-secret-in-a-link|Heron/)
  })

  test('queues one job per email', async () => {
    const people = Array.from({ length: 200 }, (_, index) => `${unique(`person${index}`)}@example.com`)
    await queue(...people.map((to) => invitationTo(to)))
    for (const to of people.slice(0, 5)) expect(await queuedFor(to)).toHaveLength(1)
    const [row] = await asSuperuser(`SELECT count(*)::int AS n FROM graphile_worker._private_jobs WHERE payload->>'to' LIKE 'person%'`)
    expect(row).toEqual({ n: 200 })
  })

  // ASVS 1.3.11
  test.each([
    'ada@example.com, bob@example.com',
    'ada@example.com\r\nBcc: bob@example.com',
    'Ada <ada@example.com>',
    '"a b"@example.com',
    'ada',
    '',
    '@example.com',
    'ada@exämple.com',
  ])('rejects the recipient %j', async (to) => {
    await expect(queue(invitationTo(to))).rejects.toThrow()
  })

  test.each([
    'https://evil.example/',
    'http://localhost:3000.evil.example/',
    'http://localhost:3001/',
    '//evil.example/',
    'javascript:alert(1)',
    '/private',
    '',
  ])('rejects a link to %j, outside APP_URL', async (url) => {
    const to = `${unique('never')}@example.com`
    await expect(queue(invitationTo(to, url))).rejects.toThrow('APP_URL')
    expect(await queuedFor(to)).toEqual([])
  })
})

describe('encryptPayload', () => {
  const head = { id: UNKNOWN_ID, to: 'grace@example.com', template: 'invitation' }

  test('round-trips through decryptPayload', () => {
    expect(decryptPayload(encryptPayload(head, { url: LINK }))).toEqual({ url: LINK })
  })

  // ASVS 11.2.5, 11.3.3
  test.each([
    { to: 'mallory@example.com' },
    { template: 'ownership-offer' },
    { id: '00000000-0000-7000-8000-000000000001' },
    { ciphertext: encryptPayload({ ...head, to: 'mallory@example.com' }, {}).ciphertext },
    { ciphertext: '' },
  ])('fails to decrypt after changing %j', (change) => {
    expect(() => decryptPayload({ ...encryptPayload(head, { url: LINK }), ...change })).toThrow('cannot be decrypted')
  })

  // ASVS 11.3.4
  test('uses a fresh nonce each time', () => {
    expect(encryptPayload(head, {}).ciphertext).not.toBe(encryptPayload(head, {}).ciphertext)
  })
})
