import { describe, expect, test } from 'vitest'
import { deviceName } from '@/lib/audit/device'
import { kindsIn, nameOfKind, tell } from '@/lib/audit/kinds'

describe('the words for what happened', () => {
  const all = [...kindsIn('account'), ...kindsIn('person')]

  test('are others for each kind', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })

  test.each(all)('say $kind in a sentence that begins with a capital and ends without a stop, whatever is missing', ({ kind }) => {
    for (const event of [
      { target: 'Heron', details: { from: 'ADMIN', to: 'OWNER', role: 'MEMBER', count: 2 } },
      { target: null, details: {} },
    ]) {
      expect(tell({ kind, ...event })).toMatch(/^[A-Z].*[^.]$/)
    }
  })

  test.each([
    [
      'membership.role-changed',
      'ada@example.com',
      { from: 'ADMIN', to: 'OWNER' },
      'Changed the role of ada@example.com from Admin to Owner',
    ],
    ['invitation.sent', 'ada@example.com', { role: 'ADMIN' }, 'Invited ada@example.com to join as an admin'],
    ['project.renamed', 'Bridge', { from: 'Tunnel' }, 'Renamed the project “Tunnel” to “Bridge”'],
    ['sessions.ended', null, { count: 1 }, 'Ended one session'],
    ['sessions.ended', null, { count: 3 }, 'Ended 3 sessions'],
    ['of.a-later-release', 'Bridge', {}, 'of.a-later-release'],
    ['constructor', 'Bridge', {}, 'constructor'],
  ])('say %s of %s', (kind, target, details, sentence) => {
    expect(tell({ kind, target, details })).toBe(sentence)
  })

  test('are the kind itself where a later release has written it', () => {
    expect([nameOfKind('session.started'), nameOfKind('of.a-later-release')]).toEqual(['Signed in', 'of.a-later-release'])
  })
})

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  ['curl/8.5.0', 'Another program'],
  ['', null],
  [null, null],
])('%s is %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name)
})
