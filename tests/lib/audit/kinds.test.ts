import { describe, expect, test } from 'vitest'
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
