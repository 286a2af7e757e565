import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import MailPage from '@/app/dev/mailbox/[id]/page'
import MailboxPage from '@/app/dev/mailbox/page'
import { keepInMailbox } from '@/lib/platform/mail/mailbox'

// In development every mail is at /dev/mailbox. That it is not there in production, the attack suite holds.

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

const drawn = async (page: Promise<ReactNode>) => renderToStaticMarkup(createElement('div', null, await page))
const keep = (id: string, subject: string) =>
  keepInMailbox({
    id,
    to: 'grace@example.com',
    template: 'invitation',
    subject,
    text: `Come in: ${LINK}`,
    html: `<p>Come in: <a href="${LINK}">here</a></p>`,
  })

describe('the mailbox of development', () => {
  test('says so when there is no mail yet', async () => {
    expect(await drawn(MailboxPage())).toContain('No mail yet')
  })

  test('lists each mail, the newest first, and leads to it', async () => {
    await keep(ID, 'Join Heron')
    await keep(ID.replace('01a20b69', '01a20b70'), 'Join Crane')
    const page = await drawn(MailboxPage())
    expect(page.indexOf('Join Crane')).toBeGreaterThan(-1)
    expect(page.indexOf('Join Crane')).toBeLessThan(page.indexOf('Join Heron'))
    expect(page).toContain(`href="/dev/mailbox/${ID}"`)
    expect(page).toContain('grace@example.com')
  })

  test('shows a mail as it looks, where it runs nothing, as text, and its links', async () => {
    const page = await drawn(MailPage({ params: Promise.resolve({ id: ID }) }))
    expect(page).toContain('Join Heron')
    expect(page).toContain(`<a href="${LINK}"`)
    expect(page).toMatch(/<iframe[^>]* srcDoc="&lt;p&gt;Come in/i)
    expect(page).toMatch(/<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/)
    expect(page).toContain(`Come in: ${LINK}`)
  })

  test('has nothing by an id that is none', async () => {
    for (const id of ['x', '../../package', ID.replace('01a2', '0000')])
      await expect(MailPage({ params: Promise.resolve({ id }) })).rejects.toMatchObject({ digest: expect.stringContaining('404') })
  })
})
