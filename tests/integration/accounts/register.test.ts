import { describe, expect, test } from 'vitest'
import { createOwnAccount, register } from '@/lib/accounts/accounts'
import { invalid } from '@/lib/outcome'
import { asSuperuser, countRows } from '../../support/database'
import { ownerScope, PASSWORD, REQUEST, registerUser, unique } from '../../support/people'

describe('register', () => {
  test('creates the user, the account, the membership, and the audit event', async () => {
    const { userId, email } = await registerUser({ accountName: 'Blue Heron', email: 'ada@example.com' })
    const rows = await asSuperuser(
      `SELECT u.email, m.role, a.name, a.name_key, a.slug, e.kind, e.actor_id, e.ip
         FROM users u JOIN memberships m ON m.user_id = u.id JOIN accounts a ON a.id = m.account_id JOIN audit_events e ON e.account_id = a.id
        WHERE u.id = $1`,
      [userId],
    )
    expect(rows).toEqual([
      {
        email,
        role: 'OWNER',
        name: 'Blue Heron',
        name_key: 'blue heron',
        slug: 'blue-heron',
        kind: 'user.registered',
        actor_id: userId,
        ip: REQUEST.ip,
      },
    ])
  })

  // ASVS 11.4.2, 14.2.4
  test('stores only a hash of the password', async () => {
    const { userId } = await registerUser()
    const [user] = await asSuperuser<{ password_hash: string }>('SELECT password_hash FROM users WHERE id = $1', [userId])
    expect(user?.password_hash).toMatch(/^1\.[0-9a-f]{8}\.\$2b\$12\$/)
    expect(user?.password_hash).not.toContain(PASSWORD)
  })

  // ASVS 2.3.3
  test('refuses a registered email, and stores nothing', async () => {
    const { email } = await registerUser()
    const before = await countRows()
    const again = await register({ accountName: unique('Other'), email, password: PASSWORD }, REQUEST)
    expect(again).toEqual(invalid({ email: 'email-taken' }))
    expect(await countRows()).toEqual(before)
  })

  test.each([
    ['in the same spelling', 'Straße 9'],
    ['in another case', 'STRASSE 9'],
    ['in another width', 'Ｓｔｒａßｅ　９'],
    ['in another spacing', '  Straße   9 '],
    ['with a variation selector', 'Straße\uFE0F 9'],
  ])('refuses a taken account name %s, and stores nothing', async (_, accountName) => {
    await register({ accountName: 'Straße 9', email: `${unique('first')}@example.com`, password: PASSWORD }, REQUEST)
    const before = await countRows()
    const again = await register(
      { accountName: accountName.normalize('NFKC').trim(), email: `${unique('x')}@example.com`, password: PASSWORD },
      REQUEST,
    )
    expect(again).toEqual(invalid({ accountName: 'account-name-taken' }))
    expect(await countRows()).toEqual(before)
  })

  test('names every taken or weak field at once', async () => {
    const first = await registerUser({ accountName: unique('Taken') })
    const taken = { accountName: 'account-name-taken', email: 'email-taken' } as const
    const again = { accountName: first.accountName.toUpperCase(), email: first.email }
    expect(await register({ ...again, password: PASSWORD }, REQUEST)).toEqual(invalid(taken))
    expect(await register({ ...again, password: 'Password1' }, REQUEST)).toEqual(invalid({ ...taken, password: 'password-common' }))
  })

  test.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['', null],
    [undefined, null],
  ])('stores the name %j as %j', async (name, stored) => {
    const email = `${unique('named')}@example.com`
    expect((await register({ accountName: unique('Named'), name, email, password: PASSWORD }, REQUEST)).status).toBe('ok')
    expect(await asSuperuser('SELECT name FROM users WHERE email = $1', [email])).toEqual([{ name: stored }])
  })

  // ASVS 6.2.11
  test('refuses a password that is easy to guess from the name', async () => {
    const user = { accountName: unique('A'), email: `${unique('x')}@example.com`, password: 'zephyrine2026' }
    expect(await register({ ...user, name: 'Zephyrine Quill' }, REQUEST)).toEqual(invalid({ password: 'password-personal' }))
    expect((await register(user, REQUEST)).status).toBe('ok')
  })

  // ASVS 6.2.4, 6.2.12
  test('refuses a common password, and stores nothing', async () => {
    const before = await countRows()
    const refused = await register({ accountName: unique('A'), email: `${unique('x')}@example.com`, password: 'Password1' }, REQUEST)
    expect(refused).toMatchObject(invalid({ password: expect.any(String) }))
    expect(await countRows()).toEqual(before)
  })

  test.each(['株式会社 青鷺', 'Цапля', 'مالك الحزين', '!!!', '🪿 Geese', 'new'])(
    'accepts the name %s and derives a slug for it',
    async (accountName) => {
      const { userId } = await registerUser({ accountName })
      const [account] = await asSuperuser<{ slug: string; name: string }>(
        'SELECT slug, name FROM accounts JOIN memberships ON account_id = id WHERE user_id = $1',
        [userId],
      )
      expect(account?.name).toBe(accountName)
      expect(account?.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(account?.slug).not.toBe('new')
    },
  )

  test('gives two accounts different slugs even if their names have the same slug', async () => {
    const [first, second] = [await registerUser({ accountName: 'Grey & Sons' }), await registerUser({ accountName: 'Grey Sons' })]
    const slugs = await asSuperuser<{ slug: string }>(
      'SELECT slug FROM accounts JOIN memberships ON account_id = id WHERE user_id = ANY($1)',
      [[first.userId, second.userId]],
    )
    expect(new Set(slugs.map(({ slug }) => slug)).size).toBe(2)
    expect(slugs.map(({ slug }) => slug).sort()[0]).toBe('grey-sons')
  })
})

describe('createOwnAccount', () => {
  test('creates another account with the user as owner', async () => {
    const scope = await ownerScope()
    const created = await createOwnAccount(scope, { accountName: unique('Second') }, REQUEST)
    expect(created.status).toBe('ok')
    const roles = await asSuperuser('SELECT role FROM memberships WHERE user_id = $1', [scope.user.id])
    expect(roles).toEqual([{ role: 'OWNER' }, { role: 'OWNER' }])
  })

  test('refuses a taken name', async () => {
    const scope = await ownerScope()
    expect(await createOwnAccount(scope, { accountName: scope.account.name.toUpperCase() }, REQUEST)).toMatchObject(
      invalid({ accountName: expect.any(String) }),
    )
  })
})
