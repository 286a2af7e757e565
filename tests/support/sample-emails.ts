/** Values for every template. Each template ignores those that it does not know. */
export const SAMPLE_PROPS = {
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
  url: 'http://localhost:3000/invitations/3f2a9c7b1d4e',
  expiresAt: '2026-12-01T23:59:00.000Z',
  at: '2026-11-24T08:42:00.000Z',
  device: 'Firefox on Windows',
  address: '192.0.2.31',
  change: 'totp-added',
  left: 2,
}
