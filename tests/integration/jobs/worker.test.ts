import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BRAND } from '@/lib/brand'
import { startWorker, type Worker } from '@/lib/jobs/worker'
import { withUser } from '@/lib/platform/db'
import { type Mail, queueMail } from '@/lib/platform/mail/mail'
import { type EncryptedMail, encryptPayload } from '@/lib/platform/mail/payload'
import { sendMail } from '@/lib/platform/mail/send'
import { NOT_HERE } from '../../run/mail-server.mjs'
import { asSuperuser } from '../../support/database'
import { captureLog } from '../../support/log'
import { startTestMailServer } from '../../support/mail-server'
import { mailsTo, newestMail } from '../../support/mailbox'
import { unique } from '../../support/people'

const mailServer = await startTestMailServer()
const logged = captureLog<Record<string, unknown>>()
const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000'
const PROPS = {
  accountName: 'Heron',
  inviterName: 'Ada',
  roleName: 'Member',
  url: 'http://localhost:3000/invitations/abc',
  expiresAt: '2026-12-01T00:00:00.000Z',
}
let worker: Worker

beforeAll(() => {
  worker = startWorker()
})
afterAll(() => worker.stop())

const newEmail = () => `${unique('grace')}@example.com`
const invitationTo = (to: string, props = {}): Mail => ({ to, template: 'invitation', props: { ...PROPS, ...props } })
const queue = (...mails: Mail[]) => withUser(UNKNOWN_ID, (tx) => queueMail(tx, mails))

async function jobFor(to: string) {
  const [job] = await asSuperuser<{ id: string; attempts: number; isLater: boolean; last_error: string; payload: EncryptedMail }>(
    `SELECT *, run_at > now() AS "isLater" FROM graphile_worker._private_jobs WHERE payload->>'to' = $1`,
    [to],
  )
  return job
}

const untilDone = (to: string) => expect.poll(() => jobFor(to), { timeout: 10_000 }).toBeUndefined()

describe('an email', () => {
  test('is sent once after its transaction commits, as HTML and text, and its job is deleted', async () => {
    const to = newEmail()
    await queue(invitationTo(to))
    const mail = await newestMail(to)
    expect(mail).toMatchObject({ to, subject: `Join Heron on ${BRAND.name}`, links: [PROPS.url] })
    expect(mail.html).toContain('Ada invited you to join Heron')
    expect(mail.text).toContain('Ada invited you to join Heron')
    expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@localhost>$/)
    expect(mail.headers).toEqual(expect.arrayContaining(['From: Heron <heron@example.com>', `To: ${to}`, 'Auto-Submitted: auto-generated']))
    await untilDone(to)
    expect(mailsTo(to)).toHaveLength(1)
  })

  // ASVS 16.2.5
  test('that the mail server refuses is logged without its recipient', async () => {
    const to = `${NOT_HERE}${newEmail()}`
    await queue(invitationTo(to))
    await expect
      .poll(() => logged.lines(), { timeout: 10_000 })
      .toMatchObject([{ level: 50, task: 'send-mail', attempt: 1, code: 'EENVELOPE', responseCode: 550 }])
    expect(logged.text()).not.toMatch(/@|not-here/)
    await asSuperuser(`DELETE FROM graphile_worker._private_jobs WHERE payload->>'to' = $1`, [to])
  })

  // ASVS 2.3.3
  test('is not sent when its transaction is rolled back', async () => {
    const [to, other] = [newEmail(), newEmail()]
    const rolledBack = withUser(UNKNOWN_ID, async (tx) => {
      await queueMail(tx, [invitationTo(to)])
      throw new Error('on purpose')
    })
    await expect(rolledBack).rejects.toThrow('on purpose')
    await queue(invitationTo(other))
    await newestMail(other)
    expect(mailsTo(to)).toEqual([])
  })

  test('is sent once to each of twenty recipients', async () => {
    const recipients = Array.from({ length: 20 }, newEmail)
    await queue(...recipients.map((to) => invitationTo(to)))
    for (const to of recipients) await newestMail(to)
    expect(recipients.map((to) => mailsTo(to).length)).toEqual(Array(20).fill(1))
  })

  // ASVS 1.1.2, 1.3.11
  test('has only the intended headers, whatever a name contains', async () => {
    const to = newEmail()
    const name = `Heron\r\nBcc: mallory@example.com\r\n\r\n<script>alert(1)</script>\u202E ${'long '.repeat(12)}ü`
    await queue(invitationTo(to, { accountName: name, inviterName: name }))
    const mail = await newestMail(to)
    const names = (mail.headers ?? []).map((line) => line.split(':')[0]?.toLowerCase()).sort()
    expect(names).toEqual(['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'])
    expect(mail.subject).toBe(`Join Heron Bcc: mallory@example.com <script>alert(1)</script> ${'long '.repeat(12)}ü on ${BRAND.name}`)
    expect(mail.html).not.toMatch(/<script|\u202E/)
    expect(mailsTo('mallory@example.com')).toEqual([])
  })

  // ASVS 13.2.6, 16.5.2
  test('is retried while the mail server is unavailable, and sent once when it is back', async () => {
    const to = newEmail()
    await mailServer.stop()
    await queue(invitationTo(to))
    await expect.poll(async () => (await jobFor(to))?.last_error, { timeout: 10_000 }).toMatch(/ECONNREFUSED/)
    const waiting = await jobFor(to)
    expect(waiting).toMatchObject({ attempts: 1, isLater: true })
    await mailServer.start()
    expect(mailsTo(to)).toEqual([])
    await asSuperuser('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE id = $1', [waiting?.id])
    const mail = await newestMail(to)
    expect(mail.messageId).toBe(`<${waiting?.payload.id}@localhost>`)
    await untilDone(to)
    expect(mailsTo(to)).toHaveLength(1)
  })

  test('links to the server that sends it, not to the one that queued it', async () => {
    const to = newEmail()
    const url = 'http://localhost:4999/invitations/abc?a=1'
    await sendMail(encryptPayload({ id: '01a20b69-2ef1-728f-9752-d4361ecd3102', to, template: 'invitation' }, { ...PROPS, url }))
    expect((await newestMail(to)).links).toEqual(['http://localhost:3000/invitations/abc?a=1'])
  })

  test('that is sent twice after a crash has the same message id', async () => {
    const to = newEmail()
    const waiting = encryptPayload({ id: '01a20b69-2ef1-728f-9752-d4361ecd3101', to, template: 'invitation' }, PROPS)
    await sendMail(waiting)
    await sendMail(waiting)
    await expect.poll(() => mailsTo(to).length).toBe(2)
    expect(new Set(mailsTo(to).map(({ messageId }) => messageId)).size).toBe(1)
  })

  test('of a later release is retried, and does not delay others', async () => {
    const [to, other] = [newEmail(), newEmail()]
    await asSuperuser(`SELECT graphile_worker.add_job('send-mail', $1::json)`, [
      JSON.stringify(encryptPayload({ id: UNKNOWN_ID, to, template: 'of-tomorrow' }, {})),
    ])
    await queue(invitationTo(other))
    await newestMail(other)
    await expect.poll(async () => (await jobFor(to))?.last_error).toMatch(/no email template "of-tomorrow"/)
  })
})

describe('the worker', () => {
  test('continues after its connections are cut', async () => {
    const to = newEmail()
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'atrium worker' AND datname = current_database()`
    expect((await asSuperuser(cut)).length).toBeGreaterThan(0)
    await queue(invitationTo(to))
    await newestMail(to)
  })

  test('starts again when its first statement failed', async () => {
    await worker.stop()
    const to = newEmail()
    await asSuperuser('REVOKE INSERT ON graphile_worker._private_tasks FROM atrium_runtime')
    worker = startWorker()
    await new Promise((resolve) => setTimeout(resolve, 500))
    await asSuperuser('GRANT INSERT ON graphile_worker._private_tasks TO atrium_runtime')
    await queue(invitationTo(to))
    await newestMail(to)
  })

  test('closes its connections when it stops, and later jobs wait for the next worker', async () => {
    const to = newEmail()
    await worker.stop()
    const connected = () =>
      asSuperuser(`SELECT FROM pg_stat_activity WHERE application_name = 'atrium worker' AND datname = current_database()`)
    await expect.poll(connected).toEqual([]) // the server closes them a moment later
    await queue(invitationTo(to))
    expect(await jobFor(to)).toMatchObject({ attempts: 0 })
    worker = startWorker()
    await newestMail(to)
  })
})
