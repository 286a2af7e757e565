import { type Browser, expect, type Page, test } from '@playwright/test'
import { message, sentence } from '../../lib/messages'
import { newestMail, subjectOf } from '../support/mailbox'
import { fillSignIn, newPerson, PASSWORD, register, signOut } from './people'

// People who share an account, each in a browser of their own. Run twice: with JavaScript and without.

async function anotherBrowser(browser: Browser): Promise<Page> {
  const { javaScriptEnabled = true, baseURL } = test.info().project.use
  return (await browser.newContext({ javaScriptEnabled, ...(baseURL ? { baseURL } : {}) })).newPage()
}

async function openLink(page: Page, email: string) {
  const mail = await newestMail(email, { subject: 'Join' })
  await page.goto(new URL(mail.links[0] ?? '').pathname)
}

const slugOf = (page: Page) => new URL(page.url()).pathname.split('/')[3] ?? ''

async function invite(page: Page, emails: string, role = 'Member') {
  await page.getByLabel('Email addresses').fill(emails)
  await page.getByLabel('Role', { exact: true }).selectOption(role)
  await page.getByRole('button', { name: 'Send invitations' }).click()
}

test('an owner invites two; one registers, one exists; roles change, one is removed, and ownership is handed over', async ({
  page,
  browser,
  javaScriptEnabled,
}) => {
  test.slow() // three people, one after another
  const owner = await register(page)
  const guest = newPerson()
  const [guestPage, colleaguePage] = [await anotherBrowser(browser), await anotherBrowser(browser)]
  const colleague = await register(colleaguePage)
  await signOut(colleaguePage)

  await page.getByRole('main').getByRole('link', { name: owner.accountName }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(owner.accountName)
  const slug = slugOf(page)
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('link', { name: 'Invite people' }).click()
  await invite(page, `Guest <${guest.email}>, ${colleague.email}`)
  await expect(page.getByText(sentence(message('invitations-sent', { count: 2 }))).first()).toBeVisible()
  await expect(page.getByRole('main').getByText(guest.email)).toBeVisible()

  // one who has never been here registers with the address fixed, and is asked for no account
  await openLink(guestPage, guest.email)
  await expect(guestPage).toHaveURL('/invitations/open')
  await expect(guestPage.getByRole('heading', { level: 1 })).toHaveText(`Join ${owner.accountName}`)
  await expect(guestPage.getByText(`${owner.email} invited you`)).toBeVisible()
  await expect(guestPage.getByLabel('Email')).toHaveValue(guest.email)
  await expect(guestPage.getByLabel('Account name')).toHaveCount(0)
  await guestPage.getByLabel('Password').fill('password')
  await guestPage.getByRole('button', { name: 'Sign up and join' }).click()
  await expect(guestPage.getByText(sentence('password-common'))).toBeVisible()
  await guestPage.getByLabel('Password').fill(PASSWORD)
  await guestPage.getByRole('button', { name: 'Sign up and join' }).click()
  await expect(guestPage).toHaveURL(`/private/accounts/${slug}`)
  await expect(guestPage.getByRole('main').getByText('(you)')).toBeVisible()
  await guestPage.goto('/private')
  await expect(guestPage.getByRole('main').getByRole('listitem')).toHaveCount(1)

  // one who exists signs in and comes back to the invitation
  await openLink(colleaguePage, colleague.email)
  await colleaguePage.getByRole('link', { name: 'Sign in to accept' }).click()
  await fillSignIn(colleaguePage, colleague)
  await expect(colleaguePage).toHaveURL('/invitations/open')
  await colleaguePage.getByRole('button', { name: `Join ${owner.accountName}` }).click()
  await expect(colleaguePage).toHaveURL(`/private/accounts/${slug}`)
  await openLink(colleaguePage, colleague.email)
  await expect(colleaguePage.getByRole('heading', { name: 'This invitation is no longer valid' })).toBeVisible()

  // a role changes, and bites at the next request
  await colleaguePage.goto(`/private/accounts/${slug}/members`)
  await expect(colleaguePage.getByRole('link', { name: 'Invite people' })).toHaveCount(0)
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('main').getByRole('link', { name: colleague.email }).click()
  await page.getByLabel('Role', { exact: true }).selectOption('Admin')
  await page.getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByText(sentence(message('role-changed', { role: 'ADMIN' }))).first()).toBeVisible()
  await colleaguePage.reload()
  await expect(colleaguePage.getByRole('link', { name: 'Invite people' })).toBeVisible()

  // one is removed while they look at the page
  await guestPage.goto(`/private/accounts/${slug}/members`)
  await colleaguePage.getByRole('main').getByRole('link', { name: guest.email }).click()
  await colleaguePage.getByRole('button', { name: 'Remove from account' }).click()
  await expect(colleaguePage).toHaveURL(`/private/accounts/${slug}/members`)
  await expect(colleaguePage.getByRole('main').getByText(guest.email)).toHaveCount(0)
  await guestPage.getByRole('main').getByRole('link', { name: owner.email }).click()
  await expect(guestPage.getByRole('main').getByText(owner.accountName)).toHaveCount(0)
  // Next fills an error page by script
  if (javaScriptEnabled) await expect(guestPage.getByRole('heading', { name: 'Page not found' })).toBeVisible()
  await guestPage.goto('/private')
  await expect(guestPage.getByRole('heading', { name: 'No accounts yet' })).toBeVisible()

  // the last owner stays, until ownership is offered by the one and accepted by the other
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('main').getByRole('link', { name: owner.email }).click()
  await page.getByRole('button', { name: 'Leave account' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'An account needs an owner.' })).toBeVisible()
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('main').getByRole('link', { name: colleague.email }).click()
  await page.getByRole('button', { name: 'Offer ownership' }).click()
  await expect(page.getByRole('button', { name: 'Withdraw offer' })).toBeVisible()
  await expect(page.getByText(sentence('ownership-offered')).first()).toBeVisible()
  const offer = await newestMail(colleague.email, {
    subject: subjectOf('ownership-offer', { offererName: owner.email, accountName: owner.accountName }),
  })
  expect(offer.text).toContain('offered you ownership')
  await colleaguePage.goto(`/private/accounts/${slug}`)
  await colleaguePage.getByRole('button', { name: 'Accept ownership' }).click()
  await expect(colleaguePage.getByRole('heading', { name: 'offered you ownership' })).toHaveCount(0)
  await expect(colleaguePage.getByText(sentence('ownership-accepted')).first()).toBeVisible()
  await expect(colleaguePage.getByRole('main').getByText('Owner').first()).toBeVisible()
  await page.goto(`/private/accounts/${slug}/settings`)
  await expect(page.getByRole('button', { name: 'Delete account' })).toHaveCount(0)
})

test('an invitation waits on the private page, once the address is confirmed', async ({ page, browser }) => {
  const owner = await register(page)
  await page.getByRole('main').getByRole('link', { name: owner.accountName }).click()
  await expect(page).toHaveURL(/accounts/)
  await page.goto(`/private/accounts/${slugOf(page)}/members/invitations`)
  const guestPage = await anotherBrowser(browser)
  const guest = await register(guestPage, newPerson(), { isConfirmed: false })
  await invite(page, guest.email, 'Admin')
  await expect(page.getByText(sentence(message('invitations-sent', { count: 1 }))).first()).toBeVisible()
  const first = await newestMail(guest.email, { subject: 'Join' })

  await guestPage.goto('/private')
  await expect(guestPage.getByRole('heading', { name: 'Invitations' })).toHaveCount(0)
  await page.getByRole('button', { name: `Resend to ${guest.email}` }).click()
  const second = await newestMail(guest.email, { after: new Date(first.at), subject: 'Join' })
  expect(second.links[0]).not.toBe(first.links[0])
  await guestPage.goto(new URL(first.links[0] ?? '').pathname)
  await expect(guestPage.getByRole('heading', { name: 'This invitation is no longer valid' })).toBeVisible()
  await guestPage.goto(new URL(second.links[0] ?? '').pathname)
  await guestPage.getByRole('button', { name: `Join ${owner.accountName}` }).click()
  await expect(guestPage.getByRole('heading', { level: 1 })).toHaveText(owner.accountName)

  // the link confirmed the address: the next invitation is accepted where it waits
  await page.goto('/private/accounts/new')
  const other = newPerson().accountName
  await page.getByLabel('Account name').fill(other)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(other)
  await page.goto(`/private/accounts/${slugOf(page)}/members/invitations`)
  await invite(page, guest.email)
  await expect(page.getByText(sentence(message('invitations-sent', { count: 1 }))).first()).toBeVisible()
  await guestPage.goto('/private')
  await guestPage.getByRole('button', { name: `Accept the invitation to ${other}` }).click()
  await expect(guestPage.getByRole('heading', { level: 1 })).toHaveText(other)
})
