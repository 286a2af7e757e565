import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

// Nothing that the build serves goes without an attack: a new page, route or action fails here until a file names it.

const BUILD = path.join(process.cwd(), '.next')

/** Attacked by the matrix of tests/tenancy, which has a list of its own and fails where something is missing from it. */
const TENANCY = { spelt: 'PAGES', by: ['../tenancy/matrix'] }
const TENANCY_ACT = { button: 'ACTIONS', by: ['../tenancy/matrix'] }

/** Each page and route, how the suite spells it, and the files that attack it. */
const ROUTES: Record<string, { spelt?: string; by: string[] }> = {
  '/': { by: ['headers', 'cross-site', 'requests'] },
  '/_global-error': { by: ['routing'] },
  '/_not-found': { spelt: '/nothing', by: ['headers', 'routing'] },
  '/api/auth/[...nextauth]': { spelt: '/api/auth/', by: ['endpoint', 'redirects', 'cross-site', 'session', 'guessing'] },
  '/api/health/live': { by: ['headers', 'routing', 'requests'] },
  '/api/health/ready': { by: ['headers', 'cross-site', 'accounts'] },
  '/dev/mailbox': { by: ['mailbox'] },
  '/dev/mailbox/[id]': { spelt: '/dev/mailbox/$', by: ['mailbox'] },
  '/forgot-password': { by: ['email-links', 'enumeration'] },
  '/icon': { by: ['headers'] },
  '/opengraph-image': { by: ['headers'] },
  '/login': { by: ['redirects', 'input', 'cross-site', 'enumeration', 'requests'] },
  '/private': { by: ['routing', 'session', 'headers', 'accounts'] },
  '/private/accounts/[slug]': { spelt: '/private/accounts/$', by: ['accounts', 'routing', 'headers'] },
  '/invitations/[token]': { spelt: '/invitations/', by: ['links'] },
  '/private/accounts/[slug]/members': TENANCY,
  '/private/accounts/[slug]/members/[userId]': TENANCY,
  '/private/accounts/[slug]/members/invitations': TENANCY,
  '/private/accounts/[slug]/projects': TENANCY,
  '/private/accounts/[slug]/audit': TENANCY,
  '/private/accounts/[slug]/audit/export': TENANCY,
  '/private/accounts/[slug]/settings': TENANCY,
  '/private/accounts/[slug]/settings/export': TENANCY,
  '/private/accounts/new': { by: ['input', 'cross-site', 'races', 'session'] },
  '/private/[...unknown]': { spelt: '/private/not/there', by: ['redirects'] },
  '/private/settings': { by: ['input', 'cross-site', 'races', 'session'] },
  '/private/settings/activity': { by: ['accounts'] },
  '/private/settings/email': { by: ['email-links', 'enumeration'] },
  '/reset-password/[token]': { spelt: '/reset-password/', by: ['email-links'] },
  '/restore-email/[token]': { spelt: '/restore-email/', by: ['email-links'] },
  '/verify-email/[token]': { spelt: '/verify-email/', by: ['email-links', 'sign-up'] },
  '/private/settings/data': { by: ['proof'] },
  '/private/settings/data/export': { by: ['proof'] },
  '/private/settings/password': { by: ['own-sessions'] },
  '/private/settings/sessions': { by: ['own-sessions', 'proof'] },
  '/register': { by: ['redirects', 'input', 'races', 'cross-site'] },
}

/** Each server action, the button it stands behind, and the files that attack it. */
const ACTIONS: Record<string, { button: string; by: string[] }> = {
  acceptOwnershipAction: TENANCY_ACT,
  acceptPendingAction: TENANCY_ACT,
  archiveProjectAction: TENANCY_ACT,
  changeRoleAction: TENANCY_ACT,
  createProjectAction: TENANCY_ACT,
  declineOwnershipAction: TENANCY_ACT,
  deleteAccountAction: { button: 'Delete account', by: ['proof'] },
  deleteProjectAction: TENANCY_ACT,
  inviteAction: TENANCY_ACT,
  leaveAction: TENANCY_ACT,
  offerOwnershipAction: TENANCY_ACT,
  removeMemberAction: TENANCY_ACT,
  renameAccountAction: TENANCY_ACT,
  renameProjectAction: TENANCY_ACT,
  resendInvitationAction: TENANCY_ACT,
  restoreAccountAction: TENANCY_ACT,
  revokeInvitationAction: TENANCY_ACT,
  sendLinkAgainAction: TENANCY_ACT,
  restoreProjectAction: TENANCY_ACT,
  withdrawOwnershipAction: TENANCY_ACT,
  acceptInvitationAction: { button: 'Join', by: ['links'] },
  registerInvitedAction: { button: 'Sign up and join', by: ['links'] },
  switchUserAction: { button: 'Sign out and continue', by: ['links'] },
  changeEmailAction: { button: 'Change email', by: ['email-links', 'enumeration', 'limits', 'proof'] },
  confirmEmailAction: { button: 'Confirm new email', by: ['email-links'] },
  finishRegistrationAction: { button: 'Create account', by: ['sign-up'] },
  forgotPasswordAction: { button: 'Send reset link', by: ['email-links', 'enumeration', 'limits'] },
  resendVerificationAction: { button: 'Send a new link', by: ['email-links', 'cross-site', 'limits'] },
  resetPasswordAction: { button: 'Set password', by: ['email-links'] },
  restoreEmailAction: { button: 'Keep this email', by: ['email-links'] },
  verifyEmailAction: { button: 'Confirm email', by: ['email-links'] },
  changePasswordAction: { button: 'Change password', by: ['own-sessions', 'limits'] },
  deleteUserAction: { button: 'Delete profile', by: ['proof', 'limits'] },
  endOtherSessionsAction: { button: 'End all other sessions', by: ['proof', 'limits'] },
  endSessionAction: { button: 'End session', by: ['own-sessions'] },
  prepareDownloadAction: { button: 'Get my data', by: ['proof'] },
  createAccountAction: { button: 'Create account', by: ['input', 'cross-site', 'races', 'accounts', 'session'] },
  loginAction: { button: 'Sign in', by: ['input', 'cross-site', 'redirects', 'enumeration', 'actions', 'guessing'] },
  registerAction: { button: 'Create account', by: ['input', 'cross-site', 'redirects', 'actions', 'limits'] },
  setTheme: { button: 'Theme', by: ['input', 'cross-site', 'actions', 'accounts'] },
  signOutAction: { button: 'Sign out', by: ['cross-site', 'races', 'session', 'routing'] },
  updateProfileAction: { button: 'Save', by: ['input', 'cross-site', 'races', 'session', 'accounts', 'actions'] },
}

function readManifest(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(BUILD, name), 'utf8'))
}

const source = (name: string) => readFileSync(path.join(import.meta.dirname, `${name}.test.ts`), 'utf8')

const routes = [...new Set(Object.values(readManifest('app-path-routes-manifest.json') as Record<string, string>))].sort()
type Actions = Record<string, { exportedName: string; filename: string }>
const manifest = readManifest('server/server-reference-manifest.json') as { node: Actions; edge: Actions }
const actions = [...Object.values(manifest.node), ...Object.values(manifest.edge)].map(({ exportedName }) => exportedName).sort()

describe('the build serves', () => {
  test.each(routes)('%s, which is attacked', (route) => {
    const { spelt = route, by } = ROUTES[route] ?? { by: [] }
    expect(by, `no attack on ${route}: write one and name it here`).not.toEqual([])
    for (const file of by) expect(source(file), `${file}.test.ts never asks for ${spelt}`).toContain(spelt)
  })

  test.each(actions)('the action %s, which is attacked', (action) => {
    const { button, by } = ACTIONS[action] ?? { button: '', by: [] }
    expect(by, `no attack on ${action}: write one and name it here`).not.toEqual([])
    for (const file of by) expect(source(file), `${file}.test.ts never presses "${button}"`).toContain(button)
  })

  test('no page of the older router, and no handler outside the list', () => {
    const pages = existsSync(path.join(BUILD, 'server/pages-manifest.json')) ? Object.keys(readManifest('server/pages-manifest.json')) : []
    expect(pages.filter((page) => !['/404', '/500', '/_app', '/_document', '/_error'].includes(page))).toEqual([])
  })
})

test('the list names nothing that is gone', () => {
  expect(Object.keys(ROUTES).sort()).toEqual(routes)
  expect(Object.keys(ACTIONS).sort()).toEqual(actions)
})
