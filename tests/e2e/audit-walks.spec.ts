import { readFileSync } from 'node:fs'
import { sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { fillSignIn, newPerson, PASSWORD, register, signOut, USER_AGENT } from './people'
import { expect, type Page, test } from './test'

// The audit log of an account, and a user's own activity. Run with and without JavaScript.

const slugOf = ({ accountName }: { accountName: string }) => accountName.toLowerCase().replaceAll(' ', '-')

/** Adds a user to an account. */
async function join(slug: string, email: string, role: 'ADMIN' | 'MEMBER') {
  await asSuperuser(
    `INSERT INTO memberships (account_id, user_id, role) SELECT accounts.id, users.id, $3::"role" FROM accounts, users WHERE slug = $1 AND email = $2`,
    [slug, email, role],
  )
}

async function invite(page: Page, slug: string, email: string) {
  await page.goto(`/private/accounts/${slug}/members/invitations`)
  await page.getByLabel(labels.emailAddresses).fill(email)
  await page.getByRole('button', { name: labels.sendInvitations }).click()
  await expect(page.getByRole('region', { name: 'Pending' })).toContainText(email)
}

/** Applies the filters. With JavaScript, they apply themselves. */
async function apply(page: Page) {
  if (test.info().project.use.javaScriptEnabled === false) await page.getByRole('button', { name: labels.apply }).click()
}

const rows = (page: Page) => page.getByRole('main').locator('tbody tr')

test('an owner reads, filters, pages through, and exports the audit log, which a member cannot open', async ({ page }) => {
  test.slow()
  const owner = await register(page)
  const slug = slugOf(owner)
  const admin = newPerson()
  const adminClient = new HttpClient(process.env.BASE_URL)
  const headers = { 'user-agent': USER_AGENT }
  await adminClient.submit('/register', labels.createAccount, admin, { headers })
  await asSuperuser('UPDATE users SET email_verified_at = now() WHERE email = $1', [admin.email])
  await join(slug, admin.email, 'ADMIN')
  const [first, second] = [newPerson().email, newPerson().email]
  await invite(page, slug, first)
  const sent = await adminClient.submit(
    `/private/accounts/${slug}/members/invitations`,
    labels.sendInvitations,
    { emails: second, role: 'MEMBER' },
    { headers },
  )
  expect(sent.status).toBe(303)

  await page.getByRole('link', { name: 'Audit log' }).first().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Audit log')
  await expect(rows(page)).toHaveCount(3)
  await expect(rows(page).first()).toContainText(admin.email)
  await expect(rows(page).first()).toContainText(`Invited ${second} to join as a member`)
  await expect(rows(page).first()).toContainText('Chrome on')
  await expect(rows(page).last()).toContainText(`Registered with the account “${owner.accountName}”`)

  // filters by person: typed, or with the link of a name
  await page.getByLabel(labels.person).fill(admin.email)
  await apply(page)
  await expect(rows(page)).toHaveCount(1)
  await expect(page).toHaveURL(/person=ada-/)
  await expect(page.getByLabel(labels.person)).toHaveValue(admin.email)
  await page.getByRole('link', { name: labels.clear }).click()
  await expect(rows(page)).toHaveCount(3)
  await rows(page).first().getByRole('link', { name: admin.email }).click()
  await expect(rows(page)).toHaveCount(1)

  // filters by event and date
  await page.goto(`/private/accounts/${slug}/audit`)
  await page.getByLabel(labels.event).selectOption('Registered')
  await apply(page)
  await expect(rows(page)).toHaveCount(1)
  const today = new Date().toISOString().slice(0, 10)
  await page.getByLabel(labels.fromUtc).fill(today)
  await page.getByLabel(labels.toUtc).fill(today)
  await apply(page)
  await expect(page).toHaveURL(new RegExp(`from=${today}`))
  await expect(rows(page)).toHaveCount(1)
  await page.getByLabel(labels.fromUtc).fill('2001-01-01')
  await page.getByLabel(labels.toUtc).fill('2001-01-31')
  await apply(page)
  await expect(page.getByRole('heading', { name: labels.noEventsMatch })).toBeVisible()
  await page.goto(`/private/accounts/${slug}/audit?from=${today}&to=2001-01-31`)
  await expect(page.getByText('The first date is after the last one.')).toBeVisible()
  await page.goto(`/private/accounts/${slug}/audit?person=ada`)
  await expect(page.getByText('enter their full email address')).toBeVisible()

  // more than one page
  await asSuperuser(
    `INSERT INTO audit_events (account_id, id, kind, target, actor_id, created_at)
     SELECT accounts.id, gen_random_uuid(), 'invitation.sent', '=1+' || n, users.id, now() - n * interval '1 hour'
       FROM accounts, users, generate_series(1, 60) n WHERE slug = $1 AND email = $2`,
    [slug, owner.email],
  )
  await page.goto(`/private/accounts/${slug}/audit?kind=invitation.sent`)
  await expect(rows(page)).toHaveCount(50)
  await page.getByRole('link', { name: labels.nextPage }).click()
  await expect(page).toHaveURL(/kind=invitation.sent&after=/)
  await expect(rows(page)).toHaveCount(12)
  await page.getByRole('link', { name: labels.backToStart }).click()
  await expect(rows(page)).toHaveCount(50)

  // an export with the same filters, which is recorded
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: labels.exportAsCsv }).click()])
  expect(file.suggestedFilename()).toBe(`${slug}-audit-${today}.csv`)
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\r\n')
  expect(lines).toHaveLength(63)
  expect(lines.join()).toContain(`"'=1+1"`)
  await page.goto(`/private/accounts/${slug}/audit`)
  await expect(rows(page).first()).toContainText('Exported the audit trail')

  // an admin who becomes a member loses access at the next request
  await asSuperuser(
    `UPDATE memberships SET role = 'MEMBER' WHERE user_id = (SELECT id FROM users WHERE email = $1) AND account_id = (SELECT id FROM accounts WHERE slug = $2)`,
    [admin.email, slug],
  )
  expect((await adminClient.get(`/private/accounts/${slug}/audit`)).status).toBe(404)
  const overview = await adminClient.get(`/private/accounts/${slug}`)
  expect([overview.status, overview.text.includes(`${slug}/members`), overview.text.includes(`${slug}/audit`)]).toEqual([200, true, false])
  expect((await adminClient.get(`/private/accounts/${slug}/audit/export`)).status).toBe(404)
})

test('a user sees and filters their own sign-ins and failures', async ({ page }) => {
  const person = await register(page)
  await page.goto('/private')
  await signOut(page)
  await page.goto('/login')
  await fillSignIn(page, { ...person, password: 'not the one at all' })
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  await fillSignIn(page, { ...person, password: PASSWORD })
  await expect(page).toHaveURL('/private')
  await page.goto('/private/settings')
  await page.getByRole('link', { name: 'Activity' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Activity')
  await expect(rows(page)).toHaveCount(4)
  for (const [index, text] of ['Signed in', 'Entered a wrong password', 'Signed out', 'Signed in'].entries()) {
    await expect(rows(page).nth(index)).toContainText(text)
  }
  await page.getByLabel(labels.event).selectOption('Sign-in failed')
  await apply(page)
  await expect(rows(page)).toHaveCount(1)
  await expect(page.getByLabel(labels.person)).toHaveCount(0)
})
