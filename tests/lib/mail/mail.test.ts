import { describe, expect, test } from 'vitest'
import { withUser } from '@/lib/platform/db'
import { type Mail, queueMail } from '@/lib/platform/mail/mail'
import { decryptPayload, type EncryptedMail, encryptPayload } from '@/lib/platform/mail/payload'
import { asSuperuser } from '../../support/database'
import { unique } from '../../support/people'

const NOBODY = '00000000-0000-7000-8000-000000000000'
const SECRET = 'http://localhost:3000/invitations/a-secret-in-a-link'

function invitationTo(to: string, url = SECRET): Mail {
  const props = { accountName: 'Heron', inviterName: null, roleName: 'Member', url, expiresAt: '2026-12-01T00:00:00.000Z' }
  return { to, template: 'invitation', props }
}

const queue = (...mails: Mail[]) => withUser(NOBODY, (tx) => queueMail(tx, mails))

async function waitingFor(to: string): Promise<EncryptedMail[]> {
  const rows = await asSuperuser<{ payload: EncryptedMail }>(
    `SELECT payload FROM graphile_worker._private_jobs WHERE payload->>'to' = $1`,
    [to],
  )
  return rows.map(({ payload }) => payload)
}

describe('a queued mail', () => {
  test('waits with its recipient and its letter to be read, and nothing of what it says', async () => {
    const to = `${unique('grace')}@example.com`
    await queue(invitationTo(to))
    const [mail] = await waitingFor(to)
    expect(mail).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), to, template: 'invitation', sealed: expect.any(String) })
    const everything = await asSuperuser(`SELECT jobs::text FROM graphile_worker._private_jobs AS jobs`)
    expect(JSON.stringify(everything)).not.toMatch(/a-secret-in-a-link|Heron/)
    expect(Buffer.from(mail?.sealed ?? '', 'base64').toString('latin1')).not.toMatch(/a-secret-in-a-link|Heron/)
  })

  test('is there once for each of many', async () => {
    const people = Array.from({ length: 200 }, (_, index) => `${unique(`person${index}`)}@example.com`)
    await queue(...people.map((to) => invitationTo(to)))
    for (const to of people.slice(0, 5)) expect(await waitingFor(to)).toHaveLength(1)
    const [row] = await asSuperuser(`SELECT count(*)::int AS n FROM graphile_worker._private_jobs WHERE payload->>'to' LIKE 'person%'`)
    expect(row).toEqual({ n: 200 })
  })

  test.each([
    'ada@example.com, bob@example.com',
    'ada@example.com\r\nBcc: bob@example.com',
    'Ada <ada@example.com>',
    '"a b"@example.com',
    'ada',
    '',
    '@example.com',
    'ada@exämple.com',
  ])('goes to one plain address, and not to %j', async (to) => {
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
  ])('leads to APP_URL, and not to %j', async (url) => {
    const to = `${unique('never')}@example.com`
    await expect(queue(invitationTo(to, url))).rejects.toThrow('APP_URL')
    expect(await waitingFor(to)).toEqual([])
  })
})

describe('the encryptPayload', () => {
  const head = { id: NOBODY, to: 'grace@example.com', template: 'invitation' }

  test('opens to what was closed', () => {
    expect(decryptPayload(encryptPayload(head, { url: SECRET }))).toEqual({ url: SECRET })
  })

  test.each([
    { to: 'mallory@example.com' },
    { template: 'ownership-offer' },
    { id: '00000000-0000-7000-8000-000000000001' },
    { sealed: encryptPayload({ ...head, to: 'mallory@example.com' }, {}).sealed },
    { sealed: '' },
  ])('does not open with %j put in', (change) => {
    expect(() => decryptPayload({ ...encryptPayload(head, { url: SECRET }), ...change })).toThrow('cannot be opened')
  })

  test('is never the same twice', () => {
    expect(encryptPayload(head, {}).sealed).not.toBe(encryptPayload(head, {}).sealed)
  })
})
