import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const folder = mkdtempSync(path.join(tmpdir(), 'atrium-mailbox-'))

beforeEach(() => {
  vi.resetModules()
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(path.join(folder, '.data'), { recursive: true, force: true })
})

const mailTo = (to: string, id = uuidv7()) => ({
  id,
  to,
  template: 'invitation',
  subject: 'Join Heron',
  text: 'http://localhost:3000/a-secret-in-a-link',
  html: '<a href="http://localhost:3000/a-secret-in-a-link">',
})

test('MAIL=log logs the recipient and template, never the content', async () => {
  vi.stubEnv('MAIL', 'log')
  vi.stubEnv('SMTP_URL', 'smtp://127.0.0.1:1')
  const { log } = await import('@/lib/platform/log')
  const info = vi.spyOn(log(), 'info').mockImplementation(() => undefined)
  const { deliver } = await import('@/lib/platform/mail/transport')
  await deliver(mailTo('ada@example.com'))
  expect(info).toHaveBeenCalledTimes(1)
  expect(info.mock.calls[0]?.[0]).toMatchObject({ to: 'ada@example.com', template: 'invitation' })
  expect(JSON.stringify(info.mock.calls)).not.toMatch(/a-secret-in-a-link|Heron/)
  expect(readdirSync(folder)).toEqual([])
})

// ASVS 12.3.1
describe('a mail server without TLS', () => {
  const mailServer = async () => {
    const { startMailServer } = await import('../../../run/mail-server.mjs')
    return startMailServer(path.join(folder, '.data', 'received'))
  }
  // A connection to 0.0.0.0 reaches this machine too, and the rule does not know it as loopback.
  test.each([
    ['on loopback', '127.0.0.1', {}, true],
    ['on another host', '0.0.0.0', {}, false],
    ['on another host, with SMTP_TLS=off', '0.0.0.0', { SMTP_TLS: 'off' }, true],
  ])('%s', async (_, host, settings, isUsed) => {
    const server = await mailServer()
    vi.stubEnv('SMTP_URL', server.url.replace('127.0.0.1', host))
    vi.stubEnv('MAIL_FROM', 'atrium@example.com')
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
    const { deliver } = await import('@/lib/platform/mail/transport')
    const delivered = deliver(mailTo('ada@example.com')).then(
      () => true,
      ({ code }: NodeJS.ErrnoException) => code,
    )
    expect(await delivered).toBe(isUsed || 'ETLS')
    expect(readdirSync(path.join(folder, '.data', 'received'))).toHaveLength(isUsed ? 1 : 0)
    await server.stop()
  })
})

describe('development mailbox', () => {
  test('stores emails newest first, and a repeated id once', async () => {
    const { deliver } = await import('@/lib/platform/mail/transport')
    const { listMailbox, readMailbox } = await import('@/lib/platform/mail/mailbox')
    expect(await listMailbox()).toEqual([])
    const [first, second] = [mailTo('ada@example.com'), mailTo('grace@example.com')]
    for (const mail of [first, second, first]) await deliver(mail)
    expect((await listMailbox()).map(({ to }) => to)).toEqual(['grace@example.com', 'ada@example.com'])
    expect(await readMailbox(first.id)).toMatchObject(first)
  })

  test('keeps only the newest 200 emails', async () => {
    const { storeInMailbox, listMailbox } = await import('@/lib/platform/mail/mailbox')
    for (let index = 0; index < 205; index += 1) await storeInMailbox(mailTo(`${index}@example.com`))
    const mails = await listMailbox()
    expect([mails.length, mails[0]?.to, mails.at(-1)?.to]).toEqual([200, '204@example.com', '5@example.com'])
  })

  // ASVS 5.3.2
  test.each(['', '..', '../../package', '../mailbox/x', 'x'.repeat(36), `${uuidv7()}/..`, `${uuidv7()}\0`, uuidv7()])(
    'returns null for the id %j',
    async (id) => {
      writeFileSync(path.join(folder, 'package.json'), '{}')
      const { readMailbox } = await import('@/lib/platform/mail/mailbox')
      expect(await readMailbox(id)).toBeNull()
    },
  )
})
