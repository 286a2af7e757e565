import { message, sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { fillSignIn, newPerson, PASSWORD, register, untilHydrated } from './people'
import { expect, type Page, test } from './test'

// Members of one account, each in a separate browser. Run with and without JavaScript.

async function openLink(page: Page, email: string) {
  const mail = await newestMail(email, { subject: 'Join' })
  await page.goto(new URL(mail.links[0] ?? '').pathname)
}

const slugOf = (page: Page) => new URL(page.url()).pathname.split('/')[3] ?? ''

async function invite(page: Page, emails: string, role = 'Member') {
  await page.getByLabel(labels.emailAddresses).fill(emails)
  await page.getByLabel(labels.role, { exact: true }).selectOption(role)
  await page.getByRole('button', { name: labels.sendInvitations }).click()
}

test('an owner invites a new and an existing user, changes a role, removes a member, and transfers ownership', async ({
  page,
  anotherBrowser,
  javaScriptEnabled,
}) => {
  test.slow() // three users in turn
  const owner = await register(page)
  const guest = newPerson()
  const [guestPage, colleaguePage] = [await anotherBrowser(), await anotherBrowser()]
  const colleague = await register(colleaguePage, newPerson(), { isSignedIn: false })

  await page.goto('/private')
  await page.getByRole('main').getByRole('link', { name: owner.accountName }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(owner.accountName)
  const slug = slugOf(page)
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('link', { name: labels.invitePeople }).click()
  await invite(page, `Guest <${guest.email}>, ${colleague.email}`)
  await expect(page.getByText(sentence(message('invitations-sent', { count: 2 }))).first()).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.goto(`/private/accounts/${slug}/members/invitations`)
  await expect(page.getByRole('main').getByText(guest.email)).toBeVisible()

  // a new user registers with the invited email, without naming an account
  await openLink(guestPage, guest.email)
  await expect(guestPage).toHaveURL('/invitations/open')
  await expect(guestPage.getByRole('heading', { level: 1 })).toHaveText(`Join ${owner.accountName}`)
  await expect(guestPage.getByText(`${owner.email} invited you`)).toBeVisible()
  await expect(guestPage.getByLabel(labels.email)).toHaveValue(guest.email)
  await expect(guestPage.getByLabel(labels.accountName)).toHaveCount(0)
  await guestPage.getByLabel(labels.password).fill('password')
  await guestPage.getByRole('button', { name: labels.signUpAndJoin }).click()
  await expect(guestPage.getByText(sentence('password-common'))).toBeVisible()
  await guestPage.getByLabel(labels.password).fill(PASSWORD)
  await guestPage.getByRole('button', { name: labels.signUpAndJoin }).click()
  await expect(guestPage).toHaveURL(`/private/accounts/${slug}`)
  await expect(guestPage.getByRole('main').getByText('(you)')).toBeVisible()
  await guestPage.goto('/private')
  await expect(guestPage.getByRole('main').getByRole('listitem')).toHaveCount(1)

  // an existing user signs in and returns to the invitation
  await openLink(colleaguePage, colleague.email)
  await colleaguePage.getByRole('link', { name: labels.signInToAccept }).click()
  await fillSignIn(colleaguePage, colleague)
  await expect(colleaguePage).toHaveURL('/invitations/open')
  await colleaguePage.getByRole('button', { name: labels.joinAccount(owner.accountName) }).click()
  await expect(colleaguePage).toHaveURL(`/private/accounts/${slug}`)
  await openLink(colleaguePage, colleague.email)
  await expect(colleaguePage.getByRole('heading', { name: labels.deadInvitation })).toBeVisible()

  // a new role takes effect at the next request
  await colleaguePage.goto(`/private/accounts/${slug}/members`)
  await expect(colleaguePage.getByRole('link', { name: labels.invitePeople })).toHaveCount(0)
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('main').getByRole('link', { name: colleague.email }).click()
  await page.getByLabel(labels.role, { exact: true }).selectOption('Admin')
  await page.getByRole('button', { name: labels.changeRole }).click()
  await expect(page.getByText(sentence(message('role-changed', { role: 'ADMIN' }))).first()).toBeVisible()
  await colleaguePage.reload()
  await expect(colleaguePage.getByRole('link', { name: labels.invitePeople })).toBeVisible()

  // a member is removed while the page is open
  await guestPage.goto(`/private/accounts/${slug}/members`)
  await colleaguePage.getByRole('main').getByRole('link', { name: guest.email }).click()
  await colleaguePage.getByRole('button', { name: labels.removeFromAccount }).click()
  await expect(colleaguePage).toHaveURL(`/private/accounts/${slug}/members`)
  await expect(colleaguePage.getByRole('main').getByText(guest.email)).toHaveCount(0)
  await expect(colleaguePage.getByText('Member removed')).toHaveCount(1)
  await colleaguePage.getByRole('button', { name: labels.undo }).click()
  await expect(colleaguePage.getByText(sentence('member-restored'))).toBeVisible()
  await expect(colleaguePage.getByRole('button', { name: labels.undo })).toHaveCount(0)
  await colleaguePage.getByRole('main').getByRole('link', { name: guest.email }).first().click()
  await colleaguePage.getByRole('button', { name: labels.removeFromAccount }).click()
  await expect(colleaguePage).toHaveURL(`/private/accounts/${slug}/members`)
  await guestPage.getByRole('main').getByRole('link', { name: owner.email }).first().click()
  await expect(guestPage.getByRole('main').getByText(owner.accountName)).toHaveCount(0)
  // Next renders its error pages with scripts
  if (javaScriptEnabled) await expect(guestPage.getByRole('heading', { name: labels.pageNotFound })).toBeVisible()
  await guestPage.goto('/private')
  await expect(guestPage.getByRole('heading', { name: labels.noAccountsYet })).toBeVisible()

  // the last owner cannot leave until another member accepts ownership
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('main').getByRole('link', { name: owner.email }).click()
  await expect(page.getByRole('heading', { name: labels.onlyOwner })).toBeVisible()
  await expect(page.getByRole('button', { name: labels.leaveAccount })).toHaveCount(0)
  await page.getByRole('link', { name: 'Members', exact: true }).last().click()
  await expect(page).toHaveURL(`/private/accounts/${slug}/members`)
  await page.goto(`/private/accounts/${slug}/members`)
  await page.getByRole('main').getByRole('link', { name: colleague.email }).click()
  await page.getByRole('button', { name: labels.offerOwnership }).click()
  await expect(page.getByRole('button', { name: labels.withdrawOffer })).toBeVisible()
  await expect(page.getByText(sentence('ownership-offered')).first()).toBeVisible()
  if (javaScriptEnabled) await expect(page.getByRole('heading', { name: labels.transferOwnership })).toBeFocused()
  const offer = await newestMail(colleague.email, {
    subject: subjectOf('ownership-offer', { offererName: owner.email, accountName: owner.accountName }),
  })
  expect(offer.text).toContain('offered you ownership')
  await colleaguePage.goto('/private')
  await colleaguePage.getByRole('link', { name: labels.viewOfferOf(owner.accountName) }).click()
  await colleaguePage.getByRole('button', { name: labels.acceptOwnership }).click()
  await expect(colleaguePage.getByRole('heading', { name: 'offered you ownership' })).toHaveCount(0)
  await expect(colleaguePage.getByText(sentence('ownership-accepted')).first()).toBeVisible()
  if (javaScriptEnabled) await expect(colleaguePage.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(colleaguePage.getByRole('main').getByText('Owner', { exact: true }).first()).toBeVisible()
  const transferred = await newestMail(owner.email, {
    subject: subjectOf('ownership-transferred', { newOwnerName: colleague.email, accountName: owner.accountName }),
  })
  expect(transferred.text).toContain('You’re an admin.')
  await page.goto(`/private/accounts/${slug}/settings`)
  await expect(page.getByRole('button', { name: labels.deleteAccount })).toHaveCount(0)
})

test('the home page shows pending invitations once the email is confirmed', async ({ page, anotherBrowser }) => {
  const owner = await register(page)
  await page.goto(`/private/accounts/${owner.accountName.toLowerCase().replaceAll(' ', '-')}/members/invitations`)
  const guestPage = await anotherBrowser()
  const guest = await register(guestPage, newPerson(), { isConfirmed: false })
  await invite(page, guest.email, 'Admin')
  await expect(page.getByText(sentence(message('invitations-sent', { count: 1 }))).first()).toBeVisible()
  const first = await newestMail(guest.email, { subject: 'Join' })

  await guestPage.goto('/private')
  await expect(guestPage.getByRole('heading', { name: 'Invitations' })).toHaveCount(0)
  await page.getByRole('button', { name: labels.actionsFor(guest.email) }).click()
  await page.getByRole('button', { name: labels.sendAgainTo(guest.email) }).click()
  const second = await newestMail(guest.email, { after: new Date(first.at), subject: 'Join' })
  expect(second.links[0]).not.toBe(first.links[0])
  await guestPage.goto(new URL(first.links[0] ?? '').pathname)
  await expect(guestPage.getByRole('heading', { name: labels.deadInvitation })).toBeVisible()
  await guestPage.goto(new URL(second.links[0] ?? '').pathname)
  await guestPage.getByRole('button', { name: labels.joinAccount(owner.accountName) }).click()
  await expect(guestPage.getByRole('heading', { level: 1 })).toHaveText(owner.accountName)

  // the link confirmed the email, so the home page shows the next invitation
  await page.goto('/private/accounts/new')
  const other = newPerson().accountName
  await page.getByLabel(labels.accountName).fill(other)
  await page.getByRole('button', { name: labels.createAccount }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(other)
  await page.goto(`/private/accounts/${slugOf(page)}/members/invitations`)
  await invite(page, guest.email)
  await expect(page.getByText(sentence(message('invitations-sent', { count: 1 }))).first()).toBeVisible()
  await guestPage.goto('/private')
  await guestPage.getByRole('button', { name: labels.acceptInvitationTo(other) }).click()
  await expect(guestPage.getByRole('heading', { level: 1 })).toHaveText(other)
})

test('a filter shows its default for an unknown value in the URL', async ({ page, javaScriptEnabled }) => {
  await register(page)
  await page.goto('/private')
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click()
  await expect(page).toHaveURL(/\/private\/accounts\/./)
  const account = `/private/accounts/${slugOf(page)}`
  for (const list of [
    `${account}/members?role=unknown&sort=unknown`,
    `${account}/audit?kind=unknown`,
    '/private/settings/activity?kind=unknown',
  ]) {
    await page.goto(list)
    if (javaScriptEnabled) await untilHydrated(page, 'main search form')
    for (const select of await page.getByRole('search').getByRole('combobox').all())
      await expect(select).toHaveJSProperty('selectedIndex', 0)
  }
})
