import { addPasskey, enroll, requireFactor, signIn, signInAndRemember } from './second-factors.mjs'
import * as states from './states.mjs'

/** What `npm run docs:screenshots` takes, in order, from the demo data of prisma/demo.ts. */
const OWNER = 'olga@heron.example'
const HERON = '/private/accounts/heron-press'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {Pick<import('./demo-server.mjs').DemoServer, 'linkFor' | 'query'>} Help */

/**
 * @typedef {object} Shot
 * @property {string} name
 * @property {string} sheet the contact sheet that it belongs to
 * @property {string} [path] where it starts, if `prepare` does not go there itself
 * @property {string} [as] the email of who is signed in
 * @property {'desktop' | 'phone'} [only] taken at this width only
 * @property {boolean} [inViews] taken at more widths, at 200 % zoom, and with forced colors instead
 * @property {'verify' | 'invite'} [signUp] taken on a server with this `SIGN_UP`
 * @property {(page: Page, help: Help) => Promise<unknown>} [prepare] what to do before the screenshot is taken
 */

/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name, exact: true }).click()
/** @param {Page} page */
const openFirstProject = async (page) => {
  await page.locator('main td a[href*="/projects/"]').first().click()
  await page.waitForURL(/\/projects\/[0-9a-f-]{36}/)
  await page.getByRole('heading', { name: 'Updates' }).waitFor()
}

/** @param {Page} page @param {RegExp} name */
const openMember = async (page, name) => {
  await page.locator('main').getByRole('link', { name }).click()
  await page.waitForURL(/\/members\/[0-9a-f-]{36}/)
}
/** Posts an update, and opens it from its menu. @param {Page} page @param {string} item */
const openUpdate = async (page, item) => {
  await openFirstProject(page)
  await page.getByLabel('Write an update').fill('Proofs are back from the printer.')
  await press(page, 'Post update')
  await page.getByText('Proofs are back').first().waitFor()
  await page.getByRole('button', { name: 'Actions for the update by Olga Novak' }).first().click()
  await page.getByRole('link', { name: item, exact: true }).last().click() // the first edits the project
  await page.waitForURL(/(edit|delete)=/)
}

/** Presses a key until it opens a dialog, because the page may still be loading its script. @param {Page} page @param {string} key */
const openBy = async (page, key) => {
  for (let tries = 0; tries < 20 && !(await page.getByRole('dialog').isVisible()); tries += 1) {
    await page.keyboard.press(key)
    await page.waitForTimeout(250)
  }
}

/** Signs in a user who has an authenticator app. @param {Page} page */
const signInWithFactor = async (page) => {
  await signIn(page, 'nils@heron.example')
  await page.getByLabel('Code', { exact: true }).waitFor()
}

/** @type {Omit<Shot, 'sheet'>[]} */
const PUBLIC = [
  { name: 'Home', path: '/' },
  { name: 'Create account', path: '/register' },
  {
    name: 'Create account, with errors',
    path: '/register',
    prepare: async (page) => {
      await page.getByLabel('Email').fill('nonsense')
      await page.getByLabel('Password', { exact: true }).fill('seven quiet')
      await press(page, 'Create account')
      await page.locator('[aria-invalid]').first().waitFor()
    },
  },
  { name: 'Create account, verified first', path: '/register', signUp: 'verify', prepare: states.register },
  { name: 'Create account, by invitation', path: '/register', signUp: 'invite' },
  { name: 'Home, by invitation', path: '/', signUp: 'invite' },
  { name: 'Sign in', path: '/login' },
  {
    name: 'Sign in, refused',
    path: '/login',
    prepare: async (page) => {
      await page.getByLabel('Email').fill('unknown@heron.example')
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await press(page, 'Sign in')
      await page.locator('main [role="alert"]').waitFor()
    },
  },
  { name: 'Second factor', prepare: signInWithFactor },
  {
    name: 'Second factor, refused',
    prepare: async (page) => {
      await signInWithFactor(page)
      await page.getByLabel('Code', { exact: true }).fill('000000')
      await press(page, 'Continue')
      await page.locator('main [aria-invalid], main [role="alert"]').first().waitFor()
    },
  },
  {
    name: 'Second factor, recovery code',
    prepare: async (page) => {
      await signInWithFactor(page)
      await page.getByRole('link', { name: 'Use a recovery code' }).click()
      await page.getByLabel('Recovery code').waitFor()
    },
  },
  { name: 'Sign in by email', path: '/login/email' },
  { name: 'Forgot password', path: '/forgot-password' },
  {
    name: 'Forgot password, sent',
    path: '/forgot-password',
    prepare: async (page) => {
      await page.getByLabel('Email').fill('nils@heron.example')
      await page.locator('main button[type="submit"]').click()
      await page.locator('main [role="status"]').first().waitFor()
    },
  },
  { name: 'Reset password', prepare: async (page, { linkFor }) => page.goto(await linkFor('nils@heron.example', '/reset-password/')) },
  {
    name: 'Sign-in code',
    path: '/login/email',
    prepare: async (page) => {
      await page.getByLabel('Email').fill('mina@heron.example')
      await page.locator('main button[type="submit"]').click()
      await page.waitForURL(/login\/code/)
    },
  },
  {
    name: 'Sign-in link, in another browser',
    prepare: async (page, { linkFor }) => page.goto(await linkFor('mina@heron.example', '/sign-in/')),
  },
  { name: 'Invitation', prepare: async (page, { linkFor }) => page.goto(await linkFor('leo@heron.example', '/invitations/')) },
  {
    name: 'Invitation of another',
    as: OWNER,
    prepare: async (page, { linkFor }) => page.goto(await linkFor('leo@heron.example', '/invitations/')),
  },
  { name: 'Invitation, signed in', as: OWNER, prepare: async (page, { linkFor }) => page.goto(await linkFor(OWNER, '/invitations/')) },
  {
    name: 'Confirm email',
    as: 'una@plover.example',
    path: '/private',
    prepare: async (page, { linkFor }) => {
      const link = () => linkFor('una@plover.example', '/verify-email/')
      const expired = await link()
      await press(page, 'Send a new link')
      while ((await link()) === expired) await page.waitForTimeout(100)
      await page.goto(await link())
    },
  },
  {
    name: 'Keep this email',
    as: 'ines@kingfisher.example',
    path: '/private/settings/email',
    prepare: async (page, { linkFor }) => {
      await page.getByLabel('New email').fill('ines@duarte.example')
      await page.locator('main form button[type="submit"]').last().click()
      await page.goto(await linkFor('ines@duarte.example', '/verify-email/'))
      await page.locator('main form button[type="submit"]').first().click()
      await page.goto(await linkFor('ines@kingfisher.example', '/restore-email/'))
    },
  },
  { name: 'Expired link', path: '/verify-email/expired' },
  { name: 'Not found', path: '/nowhere' },
  { name: 'Home, signed in', path: '/', as: OWNER },
]

/** @type {Omit<Shot, 'sheet'>[]} */
const PRODUCT = [
  { name: 'Your accounts', path: '/private', as: OWNER },
  { name: 'Your accounts, two', path: '/private', as: 'both@example.com' },
  { name: 'Your accounts, none', path: '/private', as: 'rolf@heron.example' },
  { name: 'Your accounts, unconfirmed', path: '/private', as: 'una@plover.example' },
  { name: 'Your accounts, one deleted', as: 'tomas@heron.example', prepare: states.deleteAccount },
  { name: 'Your accounts, many', path: '/private', as: 'priya@heron.example', prepare: states.joinMany },
  {
    name: 'Your accounts, ownership offered',
    as: 'ines@kingfisher.example',
    prepare: async (page) => {
      await states.offerOwnership(page)
      await page.goto('/private')
    },
  },
  {
    name: 'Account switcher, many',
    path: '/private',
    as: 'priya@heron.example',
    only: 'desktop',
    prepare: async (page, help) => {
      await states.joinMany(page, help)
      await page.locator('[popovertarget="accounts"]').click()
    },
  },
  { name: 'New account', path: '/private/accounts/new', as: OWNER },
  { name: 'Account suspended', path: '/private/suspended', as: OWNER },
  { name: 'Not found, when signed in', path: '/private/nothing', as: OWNER },
  { name: 'Overview', path: HERON, as: OWNER },
  { name: 'Overview, as a member', path: HERON, as: 'mina@heron.example' },
  { name: 'Overview, new account', path: '/private/accounts/plover-studio', as: 'una@plover.example' },
  {
    name: 'Account switcher',
    path: HERON,
    as: 'both@example.com',
    only: 'desktop',
    prepare: (page) => page.locator('[popovertarget="accounts"]').click(),
  },
  {
    name: 'User menu',
    path: HERON,
    as: OWNER,
    only: 'desktop',
    prepare: (page) => page.getByRole('button', { name: /^Your menu/ }).click(),
  },
  { name: 'Navigation', path: HERON, as: OWNER, only: 'phone', prepare: (page) => press(page, 'Menu') },
  {
    name: 'Command palette',
    path: HERON,
    as: OWNER,
    prepare: async (page) => {
      await openBy(page, 'Control+k')
      await page.getByPlaceholder('Search people').fill('ra')
      await page.getByRole('dialog').getByText('People', { exact: true }).waitFor()
    },
  },
  {
    name: 'Shortcuts',
    path: HERON,
    as: OWNER,
    prepare: async (page) => {
      await openBy(page, '?')
    },
  },
  { name: 'Projects', path: `${HERON}/projects`, as: OWNER },
  { name: 'Projects, archived', path: `${HERON}/projects?status=archived`, as: OWNER },
  { name: 'Projects, none found', path: `${HERON}/projects?search=nothing`, as: OWNER },
  { name: 'Projects, new account', path: '/private/accounts/plover-studio/projects', as: 'una@plover.example' },
  { name: 'Row menu', path: `${HERON}/projects`, as: OWNER, prepare: (page) => page.locator('main .menu-dots').nth(1).click() },
  { name: 'New project', path: `${HERON}/projects/new`, as: OWNER },
  {
    name: 'New project, dialog',
    path: `${HERON}/projects`,
    as: OWNER,
    prepare: async (page) => {
      await page.getByRole('link', { name: 'New project' }).click()
      await page.getByRole('dialog').getByLabel('Name').waitFor()
    },
  },
  { name: 'Project', path: `${HERON}/projects`, as: OWNER, prepare: openFirstProject },
  { name: 'Update, edited', path: `${HERON}/projects`, as: OWNER, prepare: async (page) => openUpdate(page, 'Edit') },
  { name: 'Update, deleted', path: `${HERON}/projects`, as: OWNER, prepare: async (page) => openUpdate(page, 'Delete…') },
  { name: 'Project, archived', path: `${HERON}/projects?status=archived`, as: OWNER, prepare: openFirstProject },
  {
    name: 'Edit project',
    path: `${HERON}/projects`,
    as: OWNER,
    prepare: async (page) => {
      await openFirstProject(page)
      await page.goto(`${page.url()}/edit`)
    },
  },
  { name: 'Members', path: `${HERON}/members`, as: OWNER },
  { name: 'Members, by role and name', path: `${HERON}/members?role=admin&sort=name`, as: OWNER },
  { name: 'Members, none found', path: `${HERON}/members?search=nothing`, as: OWNER },
  { name: 'Ownership offer', as: 'ines@kingfisher.example', prepare: states.offerOwnership },
  { name: 'Members, as a member', path: `${HERON}/members`, as: 'mina@heron.example' },
  {
    name: 'Invite people, dialog',
    path: `${HERON}/members`,
    as: OWNER,
    prepare: async (page) => {
      await page.getByRole('link', { name: 'Invite people' }).click()
      await page.getByRole('dialog').getByLabel('Email addresses').waitFor()
    },
  },
  { name: 'Invitations', path: `${HERON}/members/invitations`, as: OWNER },
  {
    name: 'Invitations, with an error',
    path: `${HERON}/members/invitations`,
    as: OWNER,
    prepare: async (page) => {
      await page.getByLabel('Email addresses').fill('not an address')
      await press(page, 'Send invitations')
      await page.locator('[aria-invalid]').first().waitFor()
    },
  },
  {
    name: 'Member',
    path: `${HERON}/members`,
    as: OWNER,
    prepare: (page) => openMember(page, /^Adam Weiss/),
  },
  { name: 'Member, only owner', path: `${HERON}/members`, as: OWNER, prepare: (page) => openMember(page, /^Olga Novak/) },
  { name: 'Member, who may leave', path: `${HERON}/members`, as: 'mina@heron.example', prepare: (page) => openMember(page, /^Mina Park/) },
  { name: 'Audit log', path: `${HERON}/audit`, as: OWNER },
  { name: 'Audit log, filtered', path: `${HERON}/audit?kind=project.created`, as: OWNER },
  { name: 'Audit log, none found', path: `${HERON}/audit?person=unknown@heron.example`, as: OWNER },
  { name: 'Account settings', path: `${HERON}/settings`, as: OWNER },
  { name: 'Security policy', path: `${HERON}/settings/security`, as: OWNER },
  {
    name: 'Security policy, review',
    path: `${HERON}/settings/security`,
    as: OWNER,
    prepare: async (page) => {
      await page.getByLabel('Required for').selectOption('everyone')
      await press(page, 'Review changes')
      await page.getByRole('heading', { name: 'Review changes' }).waitFor()
    },
  },
  { name: 'Not found, in the account', path: `${HERON}/nothing`, as: OWNER },
]

/** @type {Omit<Shot, 'sheet'>[]} */
const OWN = [
  { name: 'Profile', path: '/private/settings', as: OWNER },
  { name: 'Email', path: '/private/settings/email', as: OWNER },
  { name: 'Password', path: '/private/settings/password', as: OWNER },
  { name: 'Security', path: '/private/settings/security', as: OWNER },
  {
    name: 'Authenticator app',
    path: '/private/settings/security',
    as: 'priya@heron.example',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Set up' }).click()
      await page.waitForURL(/authenticator/)
    },
  },
  { name: 'Add a passkey', path: '/private/settings/security/passkey', as: OWNER },
  { name: 'Recovery codes', as: 'adam@heron.example', prepare: enroll },
  {
    name: 'Security, with factors',
    as: 'mina@heron.example',
    prepare: async (page) => {
      await enroll(page)
      await press(page, 'I saved these codes')
      await addPasskey(page)
      await page.goto('/private/settings/security')
      await page.getByLabel('Rename Authenticator app').click()
    },
  },
  {
    name: 'Security, to confirm',
    prepare: async (page) => {
      await signInAndRemember(page)
      await page.context().clearCookies({ name: /session-token/ })
      await signIn(page, 'nils@heron.example')
      await page.waitForURL(/\/private$/)
      await page.goto('/private/settings/security')
    },
  },
  { name: 'Email, password again', prepare: states.openStale },
  { name: 'Sessions', path: '/private/settings/sessions', as: OWNER },
  {
    name: 'Sessions, with a remembered browser',
    prepare: async (page) => {
      await signInAndRemember(page)
      await page.goto('/private/settings/sessions')
    },
  },
  { name: 'Activity', path: '/private/settings/activity', as: OWNER },
  { name: 'Your data', path: '/private/settings/data', as: OWNER },
  {
    name: 'Confirm new email',
    path: '/private/settings/email',
    as: 'tomas@heron.example',
    prepare: async (page, { linkFor }) => {
      await page.getByLabel('New email').fill('tomas@rivera.example')
      await page.locator('main form button[type="submit"]').last().click()
      await page.goto(await linkFor('tomas@rivera.example', '/verify-email/'))
    },
  },
  {
    name: 'Form kept until verified',
    path: '/private/accounts/kingfisher-works/projects/new',
    as: 'both@example.com',
    prepare: async (page) => {
      await page.getByLabel('Name').fill('Field guide')
      await requireFactor(page)
      await page.locator('main form button[type="submit"]').click()
      await page.locator('main [role="alert"]').waitFor()
    },
  },
  {
    name: 'Verify',
    path: '/private',
    as: 'both@example.com',
    prepare: async (page) => {
      await requireFactor(page)
      await page.goto('/private/accounts/kingfisher-works/members')
    },
  },
  {
    name: 'Archived, with Undo',
    path: `${HERON}/projects`,
    as: OWNER,
    prepare: async (page) => {
      await page.locator('main .menu-dots').first().click()
      await press(page, 'Archive')
      await page.getByRole('button', { name: 'Undo' }).waitFor()
    },
  },
  {
    name: 'Removed, with Undo',
    path: `${HERON}/members`,
    as: 'adam@heron.example',
    prepare: async (page) => {
      await openMember(page, /^Tomás Rivera/)
      await press(page, 'Remove from account')
      await page.getByRole('button', { name: 'Undo' }).waitFor()
    },
  },
  {
    name: 'Pending',
    path: `${HERON}/projects/new`,
    as: OWNER,
    prepare: async (page) => {
      await page.getByLabel('Name').fill('Winter catalog')
      await page.route('**/*', (route) => (route.request().method() === 'POST' ? undefined : route.continue())) // never answered
      await page.locator('main form button[type="submit"]').click()
      await page.locator('[aria-busy="true"]').first().waitFor()
      await page.waitForTimeout(400) // the mark shows late
    },
  },
  {
    name: 'Offline',
    path: `${HERON}/projects/new`,
    as: OWNER,
    prepare: async (page) => {
      await page.getByLabel('Name').fill('Winter catalog')
      await page.context().setOffline(true)
      await page.locator('main form button[type="submit"]').click()
      await page.waitForTimeout(1500)
    },
  },
]

/** @type {Omit<Shot, 'sheet'>[]} */
const VIEWS = [
  { name: 'View: home', path: '/' },
  { name: 'View: create account', path: '/register' },
  { name: 'View: accounts', path: '/private', as: OWNER },
  { name: 'View: overview', path: HERON, as: OWNER },
  { name: 'View: projects', path: `${HERON}/projects`, as: OWNER },
  { name: 'View: members', path: `${HERON}/members`, as: OWNER },
  { name: 'View: audit log', path: `${HERON}/audit?kind=project.created`, as: OWNER },
  { name: 'View: security', path: '/private/settings/security', as: OWNER },
]

/** @type {Omit<Shot, 'sheet'>[]} */
const LONGEST = [
  { name: 'Longest name', as: 'adam@heron.example', prepare: states.openLongest },
  { name: 'Longest name, projects', as: 'adam@heron.example', prepare: (page, help) => states.openLongest(page, help, '/projects') },
]

/** @type {Shot[]} */
export const SHOTS = [
  ...PUBLIC.map((shot) => ({ ...shot, sheet: 'public' })),
  ...PRODUCT.map((shot) => ({ ...shot, sheet: 'product' })),
  ...OWN.map((shot) => ({ ...shot, sheet: 'settings' })),
  ...VIEWS.map((shot) => ({ ...shot, sheet: 'views', inViews: true })),
  ...LONGEST.map((shot) => ({ ...shot, sheet: 'views' })),
]

/** Taken last, without a database. @type {Shot} */
export const ERROR_SHOT = { name: 'Error', sheet: 'settings', path: `${HERON}/projects`, as: OWNER }

/** The images on the home page, by the beginning of their name. */
export const HOME_SHOT = { path: HERON, as: OWNER, sizes: { '': { width: 1280, height: 800 }, 'phone-': { width: 390, height: 760 } } }

/** The image in README.md. */
export const README_SHOT = { path: '/register', size: { width: 1280, height: 800 } }
