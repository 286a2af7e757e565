import { message, sentence } from '../../lib/messages'
import { Server } from '../fault/server'
import { copyTemplate, named } from '../run/databases.mjs'
import { FAST_HASHING } from '../run/server.mjs'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { fillRegistration, newPerson } from './people'
import { expect, test } from './test'

// Registering with SIGN_UP=verify, on its own server. Run with and without JavaScript.

const urls = JSON.parse(process.env.ATRIUM_TEST_DATABASES ?? '{}') as { superuser: string; runtime: string }
const MAIL = { MAIL: '', SMTP_URL: process.env.SMTP_URL, MAIL_FROM: process.env.MAIL_FROM }

async function serve(): Promise<Server> {
  const database = `e2e_verify_${test.info().project.use.javaScriptEnabled === false ? 'plain' : 'scripted'}`
  await copyTemplate(urls.superuser, database)
  return Server.start({ DATABASE_URL: named(urls.runtime, database), SIGN_UP: 'verify', ...MAIL, ...FAST_HASHING })
}

test('with SIGN_UP=verify, the emailed link finishes the registration and signs in', async ({ page, javaScriptEnabled }) => {
  test.slow() // a server starts
  const server = await serve()
  try {
    const person = newPerson()
    await page.goto(`${server.origin}/register?callbackUrl=%2Fprivate%2Fsettings%2Fsessions`)
    await fillRegistration(page, { ...person, password: 'password1' })
    await expect(page.getByText(sentence('password-common'))).toBeVisible()
    await fillRegistration(page, person)
    await expect(page.getByText(sentence(message('registration-requested', { email: person.email }))).first()).toBeVisible()
    // With JavaScript, the message replaces the form.
    if (javaScriptEnabled) await expect(page.getByLabel(labels.password)).toHaveCount(0)
    await page.goto(`${server.origin}/private`)
    await expect(page).toHaveURL(/\/login/)

    const mail = await newestMail(person.email, { subject: subjectOf('finish-registration', { accountName: person.accountName }) })
    await page.goto(mail.links[0] ?? '')
    await expect(page).toHaveURL(`${server.origin}/verify-email/open?callbackUrl=%2Fprivate%2Fsettings%2Fsessions`)
    await expect(page.getByLabel(labels.accountName)).toHaveValue(person.accountName)
    await page.getByLabel(labels.accountName).fill('x')
    await page.getByRole('button', { name: labels.createAccount }).click()
    await expect(page.getByText(sentence(message('too-short', { min: 2 })))).toBeVisible()
    await page.getByLabel(labels.accountName).fill(person.accountName)
    await page.getByRole('button', { name: labels.createAccount }).click()
    await expect(page).toHaveURL(`${server.origin}/private/settings/sessions`)
    await page.goto(`${server.origin}/private`)
    await expect(page.getByText(`You’re signed in as ${person.email}.`)).toBeVisible()
    await expect(page.getByRole('region', { name: labels.emailConfirmation })).toHaveCount(0)
  } finally {
    await server.stop()
  }
})
