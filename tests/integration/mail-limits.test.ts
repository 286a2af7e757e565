import { afterAll, describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { inviteMembers } from '@/lib/invitations/invitations'
import { startWorker, type Worker } from '@/lib/jobs/worker'
import { offerOwnership } from '@/lib/memberships/ownership'
import { message, sentence } from '@/lib/messages'
import { withUser } from '@/lib/platform/db'
import { queueMail } from '@/lib/platform/mail/mail'
import { startSession } from '@/lib/sessions/sessions'
import { findToken, voidUserTokens } from '@/lib/tokens/tokens'
import { sendPasswordReset } from '@/lib/users/password-reset'
import { atOnce } from '../support/at-once'
import { asSuperuser } from '../support/database'
import { endLimits } from '../support/limits'
import { newestToken, queuedMails } from '../support/mail-jobs'
import { startTestMailServer } from '../support/mail-server'
import { mailsTo } from '../support/mailbox'
import { createUser, memberScope, ownerScope, REQUEST, unique } from '../support/people'

await startTestMailServer()
let worker: Worker | undefined
afterAll(() => worker?.stop())

const newEmail = (name = 'recipient') => `${unique(name)}@example.com`
const templatesTo = async (email: string) => (await queuedMails(email)).map(({ template }) => template)

describe('one recipient in an hour', () => {
  // ASVS 2.4.1
  test('gets five invitations across all senders, and a list with their address invites no one', async () => {
    const [email, other] = [newEmail(), newEmail()]
    const owners = await Promise.all(Array.from({ length: 8 }, () => ownerScope()))
    const invite = (owner: (typeof owners)[number], emails = [email]) => inviteMembers(owner, { emails, role: 'MEMBER' }, REQUEST)
    const outcomes = await Promise.all(owners.slice(0, 7).map((owner) => invite(owner)))
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(5)
    const refused = outcomes.find(({ status }) => status === 'conflict') as { message: string }
    expect(sentence(refused.message)).toMatch(/^We’ve already emailed \S+ several times in the last hour\. Try again in \d+ minutes\.$/)
    expect(await invite(owners[7] as (typeof owners)[number], [other, email])).toMatchObject({ status: 'conflict' })
    expect(await templatesTo(email)).toHaveLength(5)
    expect(await templatesTo(other)).toEqual([])
    expect(await asSuperuser('SELECT FROM invitations WHERE email = ANY ($1)', [[email, other]])).toHaveLength(5)
    await endLimits('invitation-mail', 0)
    expect(await invite(owners[7] as (typeof owners)[number], [other, email])).toMatchObject({ status: 'ok' })
  })

  test('gets three notices of a new browser, and further sign-ins still succeed', async () => {
    const email = newEmail()
    const userId = await createUser(email)
    await atOnce(5, () =>
      startSession(userId, { remembered: false, request: REQUEST, device: { id: deviceIdFrom(undefined), notifyIfNew: true } }),
    )
    expect(await templatesTo(email)).toEqual(['new-device', 'new-device', 'new-device'])
  })

  test('gets three ownership offers', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    const outcomes = []
    for (let n = 0; n < 4; n += 1) outcomes.push((await offerOwnership(owner, member.user.id, REQUEST)).status)
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'conflict'])
    expect(await templatesTo(member.user.email)).toHaveLength(3)
  })
})

test('the message names three addresses, and how many more there are', () => {
  expect(sentence(message('recipient-limited', { emails: 'a@example.com, b@example.com', more: 2, seconds: 600 }))).toBe(
    'We’ve already emailed a@example.com, b@example.com and 2 more several times in the last hour. Try again in 10 minutes.',
  )
})

describe('the queue', () => {
  // ASVS 2.4.1
  test('sends a password reset before three hundred invitations, with a link whose lifetime starts then', async () => {
    const [email, replaced] = [newEmail('reset'), newEmail('replaced')]
    const ids = [await createUser(email), await createUser(replaced)]
    const props = { accountName: 'Heron', inviterName: 'Ada', roleName: 'Member', expiresAt: new Date().toISOString() }
    const invited = Array.from({ length: 300 }, () => newEmail('invited'))
    await withUser(ids[0] ?? '', async (tx) => {
      await queueMail(
        tx,
        invited.map((to) => ({ to, template: 'invitation' as const, props: { ...props, url: 'http://localhost:3000/invitations/abc' } })),
      )
      await sendPasswordReset(tx, { id: ids[0] ?? '', email })
    })
    await withUser(ids[1] ?? '', (tx) => sendPasswordReset(tx, { id: ids[1] ?? '', email: replaced }))
    await withUser(ids[1] ?? '', async (tx) => {
      await voidUserTokens(tx, ids[1] ?? '', ['password-reset'])
      await sendPasswordReset(tx, { id: ids[1] ?? '', email: replaced })
    })
    const token = await newestToken(email)
    await asSuperuser(`UPDATE tokens SET expires_at = now() - interval '1 day' WHERE email = $1`, [email])
    expect(await findToken('password-reset', token)).toBeNull()

    worker = startWorker()
    await expect.poll(() => mailsTo(email), { timeout: 20_000 }).toHaveLength(1)
    expect(invited.filter((to) => mailsTo(to).length).length).toBeLessThan(20)
    const [left] = await asSuperuser<{ minutes: number }>(
      'SELECT extract(epoch FROM expires_at - now())::float8 / 60 AS minutes FROM tokens WHERE email = $1',
      [email],
    )
    expect(left?.minutes).toBeGreaterThan(59)
    expect(await findToken('password-reset', token)).not.toBeNull()

    await worker.stop()
    expect(mailsTo(replaced)).toHaveLength(1) // the first link is void, so its email is not sent
  })
})
