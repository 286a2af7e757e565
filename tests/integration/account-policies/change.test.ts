import { describe, expect, test } from 'vitest'
import { changePolicy, planPolicy } from '@/lib/account-policies/change'
import { fieldsOf, policyOf, policySchema } from '@/lib/account-policies/form-schema'
import { type AccountPolicy, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { conflict, forbidden, ok, recentAuth } from '@/lib/outcome'
import { type AccountScope, scopeOf } from '@/lib/session-scope'
import { asSuperuser } from '../../support/database'
import { queuedMails } from '../../support/mail-jobs'
import { memberScope, ownerScope, REQUEST } from '../../support/people'
import { addProof } from '../../support/proofs'

async function reread({ session, account }: AccountScope): Promise<AccountScope> {
  const scope = (await scopeOf(session.id, account.slug))?.scope
  if (!scope || !('account' in scope)) throw new Error('No scope')
  return scope
}

const change = (scope: AccountScope, policy: Partial<AccountPolicy>) => changePolicy(scope, { ...DEFAULT_POLICY, ...policy }, REQUEST)
const plan = (scope: AccountScope, policy: Partial<AccountPolicy>) => planPolicy(scope, { ...DEFAULT_POLICY, ...policy }, REQUEST)

describe('changePolicy', () => {
  test('stores every rule, which holds at the next request, and replaces them all the next time', async () => {
    const owner = await ownerScope()
    await addProof(owner.session.id, { method: 'totp' })
    const strict: AccountPolicy = {
      secondFactor: 'everyone',
      factorMethods: ['totp'],
      recentAuthMinutes: 5,
      idleMinutes: 30,
      absoluteHours: 8,
      emailDomains: ['heron.example'],
      ipRanges: ['192.0.2.0/24', '2001:db8::/32'],
      rememberedBrowsers: false,
    }
    const verified = await reread(owner)
    expect(await changePolicy(verified, strict, REQUEST)).toEqual(ok(8))
    expect((await reread(owner)).account.policy).toEqual(strict)
    expect(await change(verified, {})).toEqual(ok(8))
    expect((await reread(owner)).account.policy).toEqual(DEFAULT_POLICY)
    expect(await change(verified, {})).toEqual(ok(0))
  })

  test('stores the network of an address with host bits', async () => {
    const owner = await ownerScope()
    await change(owner, { ipRanges: ['192.0.2.7/24', '192.0.2.9', '2001:db8::5/64'] })
    expect((await reread(owner)).account.policy.ipRanges).toEqual(['192.0.2.0/24', '192.0.2.9/32', '2001:db8::/64'])
  })

  // ASVS 8.2.1, 7.5.1
  test('requires an owner with recent authentication', async () => {
    const owner = await ownerScope()
    for (const role of ['ADMIN', 'MEMBER'] as const) expect(await change(await memberScope(owner, role), {})).toEqual(forbidden)
    expect(await change({ ...owner, session: { ...owner.session, hasRecentAuth: false } }, {})).toEqual(recentAuth)
    const demoted = await memberScope(owner, 'OWNER')
    await asSuperuser(`UPDATE memberships SET role = 'ADMIN' WHERE user_id = $1`, [demoted.user.id])
    expect(await change(demoted, {})).toEqual(forbidden)
  })

  test('rejects a policy that the owner who saves it does not meet', async () => {
    const owner = await ownerScope()
    expect(await change(owner, { ipRanges: ['203.0.113.0/24'] })).toEqual(conflict('policy-shuts-you-out'))
    expect(await change(owner, { secondFactor: 'admins' })).toEqual(conflict('policy-needs-your-factor'))
    expect(await asSuperuser('SELECT FROM account_policies WHERE account_id = $1', [owner.account.id])).toEqual([])
    await addProof(owner.session.id, { method: 'recovery_code' })
    expect(await change(await reread(owner), { secondFactor: 'admins', ipRanges: ['192.0.2.0/24'] })).toEqual(ok(2))
  })

  // ASVS 16.2.1
  test('is recorded with the rules before and after, and emailed to the other owners', async () => {
    const owner = await ownerScope()
    const [other, admin] = [await memberScope(owner, 'OWNER'), await memberScope(owner, 'ADMIN')]
    await change(owner, { idleMinutes: 30 })
    const [event] = await asSuperuser(`SELECT details FROM audit_events WHERE account_id = $1 AND kind = 'account.policy-changed'`, [
      owner.account.id,
    ])
    expect(event).toEqual({
      details: { rules: 'unused sessions', before: DEFAULT_POLICY, after: { ...DEFAULT_POLICY, idleMinutes: 30 } },
    })
    expect((await queuedMails(other.user.email)).map(({ template }) => template)).toEqual(['policy-changed'])
    for (const { user } of [owner, admin])
      expect((await queuedMails(user.email)).filter(({ template }) => template === 'policy-changed')).toEqual([])
  })
})

describe('planPolicy', () => {
  test('lists the affected members with the rules that their newest session does not meet, and changes nothing', async () => {
    const owner = await ownerScope()
    const [admin, member, away] = [
      await memberScope(owner, 'ADMIN'),
      await memberScope(owner, 'MEMBER'),
      await memberScope(owner, 'MEMBER'),
    ]
    await addProof(admin.session.id, { method: 'totp' })
    await asSuperuser(`UPDATE sessions SET ip = '203.0.113.9' WHERE user_id = $1`, [member.user.id])
    await asSuperuser('DELETE FROM sessions WHERE user_id = $1', [away.user.id])
    const found = await plan(owner, { secondFactor: 'everyone', ipRanges: ['192.0.2.0/24'] })
    const affected = Object.fromEntries((found?.affected ?? []).map(({ userId, rules, isSignedIn }) => [userId, [rules, isSignedIn]]))
    expect(affected).toEqual({
      [owner.user.id]: [['second-factor'], true],
      [member.user.id]: [['address', 'second-factor'], true],
      [away.user.id]: [['second-factor'], false],
    })
    expect([found?.refusal, found?.hasMore]).toEqual(['policy-needs-your-factor', false])
    expect(await asSuperuser('SELECT FROM account_policies WHERE account_id = $1', [owner.account.id])).toEqual([])
  })

  test('lists no one for the current rules, and returns null unless the caller is an owner', async () => {
    const owner = await ownerScope()
    expect(await plan(owner, {})).toEqual({ affected: [], hasMore: false, refusal: null })
    expect(await plan(await memberScope(owner, 'ADMIN'), {})).toBeNull()
  })
})

describe('the policy form', () => {
  const parse = (fields: Record<string, string>) => policySchema.safeParse({ secondFactor: 'none', ...fields })

  test('describes every policy that it can set', () => {
    for (const policy of [
      DEFAULT_POLICY,
      {
        ...DEFAULT_POLICY,
        secondFactor: 'admins' as const,
        factorMethods: ['passkey' as const],
        idleMinutes: 60,
        emailDomains: ['a.example', 'b.example'],
      },
    ])
      expect(policyOf(policySchema.parse(fieldsOf(policy)))).toEqual(policy)
  })

  test.each<[Record<string, string>, string]>([
    [{ secondFactor: 'everyone' }, 'secondFactor'],
    [{ secondFactor: 'all' }, 'secondFactor'],
    [{ idleMinutes: '7' }, 'idleMinutes'],
    [{ absoluteHours: '99999' }, 'absoluteHours'],
    [{ recentAuthMinutes: '60' }, 'recentAuthMinutes'],
    [{ ipRanges: '10.0.0.0/33' }, 'ipRanges'],
    [{ ipRanges: 'office' }, 'ipRanges'],
    [{ ipRanges: '10.0.0.0/8\n2001:db8::/129' }, 'ipRanges'],
    [{ emailDomains: 'ada@heron.example' }, 'emailDomains'],
    [{ emailDomains: '*.heron.example' }, 'emailDomains'],
    [{ emailDomains: 'localhost' }, 'emailDomains'],
    [{ emailDomains: Array.from({ length: 51 }, (_, n) => `d${n}.example`).join() }, 'emailDomains'],
  ])('refuses %j at %s', (fields, name) => {
    expect(parse(fields).error?.issues.map(({ path: [field] }) => field)).toEqual([name])
  })

  test('reads lists with commas, spaces, and new lines', () => {
    expect(parse({ ipRanges: '10.0.0.1, 10.0.0.0/8\r\n\n2001:DB8::/32', emailDomains: 'Heron.Example heron.example' }).data).toMatchObject({
      ipRanges: ['10.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
      emailDomains: ['heron.example'],
    })
  })
})
