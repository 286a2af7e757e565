import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { register } from './people'
import { expect, test } from './test'

const INVITATIONS = 20_000

/** Inserts pending invitations into the account with this slug. */
async function addInvitations(slug: string) {
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, expires_at)
     SELECT id, gen_random_uuid(), slug || '-' || n || '@example.com', 'MEMBER', now() + interval '1 day'
       FROM accounts, generate_series(1, $2::int) n WHERE slug = $1`,
    [slug, INVITATIONS],
  )
}

test('an export downloads as one complete file, or fails visibly', async ({ page, context }) => {
  const person = await register(page)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  const address = `/private/accounts/${slug}/settings/export`
  await addInvitations(slug)
  await page.goto(`/private/accounts/${slug}/settings`)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: labels.exportAsJson }).click()])
  expect(download.suggestedFilename()).toMatch(new RegExp(`^${slug}-\\d{4}-\\d\\d-\\d\\d\\.json$`))
  await download.path() // an account allows one export at a time
  const answer = await page.request.get(address, { headers: { 'sec-fetch-site': 'same-origin' } })
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': expect.stringMatching(/^attachment; filename="[a-z0-9-]+\.json"$/),
    'cache-control': 'private, no-store',
  })
  expect((await answer.json()).invitations).toHaveLength(INVITATIONS)

  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const { error, text } = await failingAtLastInvitation(slug, () => readAll(`${process.env.BASE_URL}${address}`, cookie))
  expect(error).toBeDefined()
  expect(() => JSON.parse(text)).toThrow()
})

/** Reads a response to its end. If it fails, returns the error and what was read before. */
async function readAll(url: string, cookie: string): Promise<{ text: string; error?: unknown }> {
  const answer = await fetch(url, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  expect(answer.status).toBe(200)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true })
    return { text }
  } catch (error) {
    return { text, error }
  }
}

/** Runs `work` while the database fails to read the last invitation of this account, only in its tenant context. */
async function failingAtLastInvitation<T>(slug: string, work: () => Promise<T>): Promise<T> {
  const [last] = await asSuperuser<{ id: string; account: string }>(
    `SELECT max(invitations.id::text) AS id, account_id AS account FROM invitations JOIN accounts ON accounts.id = account_id
      WHERE slug = $1 GROUP BY account_id`,
    [slug],
  )
  await asSuperuser(
    `CREATE POLICY trap ON invitations AS RESTRICTIVE FOR SELECT USING (
       CASE WHEN current_account_id() = '${last?.account}' THEN 1 / (CASE id WHEN '${last?.id}' THEN 0 ELSE 1 END) = 1 ELSE true END)`,
  )
  try {
    return await work()
  } finally {
    await asSuperuser('DROP POLICY trap ON invitations')
  }
}
