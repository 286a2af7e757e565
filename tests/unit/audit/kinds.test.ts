import { describe, expect, test } from 'vitest'
import { kindsIn, nameOfKind, sentenceOf } from '@/lib/audit/kinds'

describe('the texts of audit events', () => {
  const all = [...kindsIn('account'), ...kindsIn('user')]

  test('have a different name for each kind', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })

  test.each(all)('describe $kind with an initial capital and no period, with and without details', ({ kind }) => {
    for (const event of [
      { target: 'Heron', details: { from: 'ADMIN', to: 'OWNER', role: 'MEMBER', count: 2 } },
      { target: null, details: {} },
    ]) {
      expect(sentenceOf({ kind, ...event })).toMatch(/^[A-Z].*[^.]$/)
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
    ['account.renamed', 'Bridge', { from: 'Tunnel' }, 'Renamed the account from “Tunnel” to “Bridge”'],
    ['sessions.ended', null, { count: 1 }, 'Ended 1 session'],
    ['sessions.ended', null, { count: 3 }, 'Ended 3 sessions'],
    ['of.a-later-release', 'Bridge', {}, 'of.a-later-release'],
    ['constructor', 'Bridge', {}, 'constructor'],
  ])('describe %s about %s', (kind, target, details, sentence) => {
    expect(sentenceOf({ kind, target, details })).toBe(sentence)
  })

  test('fall back to the kind for an event of a later release', () => {
    expect([nameOfKind('session.started'), nameOfKind('of.a-later-release')]).toEqual(['Signed in', 'of.a-later-release'])
  })
})
