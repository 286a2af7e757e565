import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import MailPage from '@/app/dev/mailbox/[id]/page'
import MailboxPage from '@/app/dev/mailbox/page'
import { storeInMailbox } from '@/lib/platform/mail/mailbox'

// The pages under /dev/mailbox. tests/attack/mailbox.test.ts proves that they do not exist in production.

const ID = '01a20b69-2ef1-728f-9752-d4361ecd3101'
const LINK = 'http://localhost:3000/invitations/abc'
const cwd = process.cwd()
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'atrium-mailbox-'))
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})
afterAll(() => {
  vi.restoreAllMocks()
  expect(process.cwd()).toBe(cwd)
  rmSync(folder, { recursive: true, force: true })
})

const renderPage = async (page: Promise<ReactNode>) => renderToStaticMarkup(createElement('div', null, await page))
const store = (id: string, subject: string) =>
  storeInMailbox({
    id,
    to: 'grace@example.com',
    template: 'invitation',
    subject,
    text: `Come in: ${LINK}`,
    html: `<p>Come in: <a href="${LINK}">here</a></p>`,
  })

describe('development mailbox', () => {
  test('shows an empty state when there is no mail', async () => {
    expect(await renderPage(MailboxPage())).toContain('No email yet')
  })

  test('lists emails newest first, with links to them', async () => {
    await store(ID, 'Join Heron')
    await store(ID.replace('01a20b69', '01a20b70'), 'Join Crane')
    const page = await renderPage(MailboxPage())
    expect(page.indexOf('Join Crane')).toBeGreaterThan(-1)
    expect(page.indexOf('Join Crane')).toBeLessThan(page.indexOf('Join Heron'))
    expect(page).toContain(`href="/dev/mailbox/${ID}"`)
    expect(page).toContain('grace@example.com')
  })

  test('shows an email as sandboxed HTML, as text, and as a list of links', async () => {
    const page = await renderPage(MailPage({ params: Promise.resolve({ id: ID }) }))
    expect(page).toContain('Join Heron')
    expect(page).toContain(`<a href="${LINK}"`)
    expect(page).toMatch(/<iframe[^>]* srcDoc="&lt;p&gt;Come in/i)
    expect(page).toMatch(/<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/)
    expect(page).toContain(`Come in: ${LINK}`)
  })

  // ASVS 5.3.2
  test('answers 404 for an unknown or malformed id', async () => {
    for (const id of ['x', '../../package', ID.replace('01a2', '0000')])
      await expect(MailPage({ params: Promise.resolve({ id }) })).rejects.toMatchObject({ digest: expect.stringContaining('404') })
  })
})
