import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectUnchangedAfterAll } from '../support/database-state'
import { HttpClient } from '../support/http-client'
import { getRaw } from '../support/raw-http'
import { registerUser } from './attack'

// The development mailbox contains links that sign users in. In production its pages do not exist, even if files do.

const ID = '01a20b69-2ef1-728f-9752-d4361ecd3101'
const FILE = path.join(process.cwd(), '.data', 'mailbox', `${ID}.json`)

beforeAll(() => {
  mkdirSync(path.dirname(FILE), { recursive: true })
  const mail = {
    id: ID,
    to: 'ada@example.com',
    template: 'invitation',
    subject: 'Mail of development',
    text: 'a',
    html: 'a',
    at: new Date().toISOString(),
  }
  writeFileSync(FILE, JSON.stringify(mail))
})
afterAll(() => rmSync(FILE, { force: true }))

describe('the development mailbox, in production', () => {
  expectUnchangedAfterAll()
  const paths = [
    '/dev/mailbox',
    `/dev/mailbox/${ID}`,
    '/dev/mailbox/',
    '/dev//mailbox',
    '/dev/mailbox?x=1',
    '/dev/mailbox/..%2f..%2fpackage',
  ]

  // ASVS 5.3.2, 13.4.2, 15.2.3
  test.each(paths)('does not exist at %s', async (target) => {
    const { text, status } = await getRaw(target)
    expect([301, 308, 404]).toContain(status)
    expect(text).not.toContain('Mail of development')
    const followed = await new HttpClient().get(new URL(target, 'http://x').pathname.replaceAll(/\/+/g, '/').replace(/\/$/, ''))
    expect(followed.status).toBe(404)
    expect(followed.text).not.toContain('Mail of development')
  })

  test.each(['/dev/mailbox', `/dev/mailbox/${ID}`])('does not exist at %s for payloads, prefetches, and forms', async (target) => {
    const prefetch: Record<string, string>[] = [{}, { 'next-router-prefetch': '1' }, { 'next-router-segment-prefetch': '/_tree' }]
    for (const headers of prefetch) {
      const response = await new HttpClient().get(target, { rsc: '1', ...headers })
      expect(response.text).not.toContain('Mail of development')
    }
    const posted = await new HttpClient().post(target, { anything: 'x' })
    expect(posted.status).toBeGreaterThanOrEqual(400)
  })
})

// ASVS 13.4.2
test('the development mailbox does not exist for a signed-in user in production', async () => {
  const { client } = await registerUser()
  for (const target of ['/dev/mailbox', `/dev/mailbox/${ID}`]) {
    const { status, text } = await client.get(target)
    expect(status).toBe(404)
    expect(text).not.toContain('Mail of development')
  }
})
