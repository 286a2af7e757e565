import { expect, test } from '@playwright/test'
import { message, sentence } from '../../lib/messages'
import { Server } from '../fault/server'
import { copyTemplate, named } from '../run/databases.mjs'
import { newestMail, subjectOf } from '../support/mailbox'
import { fillRegistration, newPerson } from './people'

// Registering with SIGN_UP=verify and SIGN_UP=invite, each on its own server. Run with and without JavaScript.

const urls = JSON.parse(process.env.ATRIUM_TEST_DATABASES ?? '{}') as { superuser: string; runtime: string }
const MAIL = { MAIL: '', SMTP_URL: process.env.SMTP_URL, MAIL_FROM: process.env.MAIL_FROM }

async function serve(mode: string): Promise<Server> {
  const database = `e2e_${mode}_${test.info().project.use.javaScriptEnabled === false ? 'plain' : 'scripted'}`
  await copyTemplate(urls.superuser, database)
  return Server.start({ DATABASE_URL: named(urls.runtime, database), SIGN_UP: mode, ...MAIL })
}

test('with SIGN_UP=verify, the emailed link finishes the registration and signs in', async ({ page, javaScriptEnabled }) => {
  test.slow() // a server starts
  const server = await serve('verify')
  try {
    const person = newPerson()
    await page.goto(`${server.origin}/register?callbackUrl=%2Fprivate%2Fsettings%2Fsessions`)
    await fillRegistration(page, { ...person, password: 'password1' })
    await expect(page.getByText(sentence('password-common'))).toBeVisible()
    await fillRegistration(page, person)
    await expect(page.getByText(sentence(message('registration-requested', { email: person.email }))).first()).toBeVisible()
    // With JavaScript, the message replaces the form.
    if (javaScriptEnabled) await expect(page.getByLabel('Password')).toHaveCount(0)
    await page.goto(`${server.origin}/private`)
    await expect(page).toHaveURL(/\/login/)

    const mail = await newestMail(person.email, { subject: subjectOf('finish-registration', { accountName: person.accountName }) })
    await page.goto(mail.links[0] ?? '')
    await expect(page).toHaveURL(`${server.origin}/verify-email/open?callbackUrl=%2Fprivate%2Fsettings%2Fsessions`)
    await expect(page.getByLabel('Account name')).toHaveValue(person.accountName)
    await page.getByLabel('Account name').fill('x')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByText(sentence(message('too-short', { min: 2 })))).toBeVisible()
    await page.getByLabel('Account name').fill(person.accountName)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page).toHaveURL(`${server.origin}/private/settings/sessions`)
    await page.goto(`${server.origin}/private`)
    await expect(page.getByText(`You’re signed in as ${person.email}.`)).toBeVisible()
    await expect(page.getByRole('region', { name: 'Email confirmation' })).toHaveCount(0)
  } finally {
    await server.stop()
  }
})

test('with SIGN_UP=invite, no page offers a registration form', async ({ page }) => {
  test.slow() // a server starts
  const server = await serve('invite')
  try {
    await page.goto(server.origin)
    await expect(page.getByRole('link', { name: 'Create account' })).toHaveCount(0)
    await page.goto(`${server.origin}/register`)
    await expect(page.getByRole('heading', { name: 'You need an invitation' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Create account' })).toHaveCount(0)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  } finally {
    await server.stop()
  }
})
