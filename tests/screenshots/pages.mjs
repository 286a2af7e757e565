/** What `npm run docs:screenshots` takes, from the demo data of prisma/demo.ts. */
const OWNER = 'olga@heron.example'
const HERON = '/private/accounts/heron-press'

/**
 * @typedef {object} Shot
 * @property {string} name
 * @property {string} path
 * @property {string} [as] the email of who is signed in
 * @property {(page: import('@playwright/test').Page) => Promise<unknown>} [act] what to do before the picture is taken
 */

/** @type {Shot[]} */
export const SHOTS = [
  { name: 'Home', path: '/' },
  { name: 'Create account', path: '/register' },
  { name: 'Create account, with errors', path: '/register', act: (page) => page.getByRole('button', { name: 'Create account' }).click() },
  { name: 'Sign in', path: '/login' },
  { name: 'Sign in by email', path: '/login/email' },
  { name: 'Forgot password', path: '/forgot-password' },
  { name: 'Expired link', path: '/verify-email/expired' },
  { name: 'Not found', path: '/nowhere' },
  { name: 'Home, signed in', path: '/', as: OWNER },
  { name: 'Your accounts', path: '/private', as: OWNER },
  { name: 'Your accounts, two', path: '/private', as: 'both@example.com' },
  { name: 'Your accounts, none', path: '/private', as: 'rolf@heron.example' },
  { name: 'Your accounts, unconfirmed', path: '/private', as: 'una@plover.example' },
  { name: 'New account', path: '/private/accounts/new', as: OWNER },
  { name: 'Overview', path: HERON, as: OWNER },
  { name: 'Overview, as a member', path: HERON, as: 'mina@heron.example' },
  { name: 'Overview, new account', path: '/private/accounts/plover-studio', as: 'una@plover.example' },
  { name: 'Projects', path: `${HERON}/projects`, as: OWNER },
  { name: 'Projects, none found', path: `${HERON}/projects?search=nothing`, as: OWNER },
  {
    name: 'Project',
    path: `${HERON}/projects`,
    as: OWNER,
    act: async (page) => {
      await page.locator('main a[href*="/projects/"]').first().click()
      await page.waitForURL(/\/projects\/[0-9a-f-]{36}/)
    },
  },
  { name: 'Members', path: `${HERON}/members`, as: OWNER },
  { name: 'Audit log', path: `${HERON}/audit`, as: OWNER },
  { name: 'Account settings', path: `${HERON}/settings`, as: OWNER },
  { name: 'Not found, in the account', path: `${HERON}/nothing`, as: OWNER },
  { name: 'Profile', path: '/private/settings', as: OWNER },
  { name: 'Email', path: '/private/settings/email', as: OWNER },
  { name: 'Password', path: '/private/settings/password', as: OWNER },
  { name: 'Sessions', path: '/private/settings/sessions', as: OWNER },
  { name: 'Activity', path: '/private/settings/activity', as: OWNER },
  { name: 'Your data', path: '/private/settings/data', as: OWNER },
  { name: 'Mailbox', path: '/dev/mailbox' },
]

/** The picture on the home page. */
export const HOME_SHOT = { path: HERON, as: OWNER }
