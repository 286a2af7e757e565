// Values for every template. Each template ignores those that it does not know.
const SAMPLE_PROPS = {
  accountName: 'Heron Press',
  inviterName: 'Olga Novak',
  offererName: 'Olga Novak',
  newOwnerName: 'Tomás Rivera',
  memberName: 'Tomás Rivera',
  supportEmail: 'support@heron.example',
  roleName: 'Admin',
  changedBy: 'Olga Novak',
  changes: [
    { rule: 'Second factor', from: 'not required', to: 'everyone' },
    { rule: 'Networks', from: 'any', to: '203.0.113.0/24' },
  ],
  newEmail: 'ada.lovelace@heron.example',
  url: 'http://localhost:3000',
  expiresAt: '2026-12-01T23:59:00.000Z',
  at: '2026-11-24T08:42:00.000Z',
  device: 'Firefox on Windows',
  address: '192.0.2.31',
  change: 'totp-added',
  left: 2,
}

const TOKEN = 'Kq3vT8xWn5Rj2LmZc7Yb4HdPf9GsAe6UtXo1NiQwVrE'

// The pages that a template's button leads to, if not to the user's settings.
const PATHS: Record<string, string> = {
  'verify-email': `/verify-email/${TOKEN}`,
  'finish-registration': `/verify-email/${TOKEN}`,
  'confirm-new-email': `/verify-email/${TOKEN}`,
  'email-change-requested': `/restore-email/${TOKEN}`,
  'email-changed': `/restore-email/${TOKEN}`,
  'sign-in-link': `/sign-in/${TOKEN}`,
  'password-reset': `/reset-password/${TOKEN}`,
  'password-changed': '/forgot-password',
  invitation: `/invitations/${TOKEN}`,
  'ownership-offer': '/private',
  'already-registered': '/login',
  'address-taken': '/login',
  'email-restored': '/login',
}

/** Returns values for one template. */
export function samplePropsOf(template: string) {
  return { ...SAMPLE_PROPS, url: `${SAMPLE_PROPS.url}${PATHS[template] ?? '/private/settings/security'}` }
}
