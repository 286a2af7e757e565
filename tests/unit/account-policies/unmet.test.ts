import { describe, expect, test } from 'vitest'
import { isEmailAllowed, unmet } from '@/lib/account-policies/policy'
import { type AccountPolicy, DEFAULT_POLICY, type PolicyRule } from '@/lib/account-policies/schema'
import type { Role } from '@/lib/generated/prisma/enums'
import { PROOF_METHODS, type Proof, type ProofMethod } from '@/lib/proofs/schema'
import { ROLES } from '@/lib/roles'

const MINUTE = 60
const HOUR = 60 * MINUTE

const proof = (method: ProofMethod, { ageSeconds = 1, ...detail }: { ageSeconds?: number } & Proof['detail'] = {}): Proof =>
  ({ method, detail, ageSeconds }) as Proof

const weigh = (
  policy: Partial<AccountPolicy>,
  {
    role = 'MEMBER' as Role,
    proofs = [proof('password')],
    idleSeconds = 0,
    ip = '192.0.2.7' as string | null,
  }: { role?: Role; proofs?: Proof[]; idleSeconds?: number; ip?: string | null } = {},
) => unmet({ ...DEFAULT_POLICY, ...policy }, { role, proofs, idleSeconds }, { ip })

test('an account without a policy requires nothing, whatever the session', () => {
  for (const role of ROLES)
    for (const proofs of [[], ...PROOF_METHODS.map((method) => [proof(method, { ageSeconds: 50 * 24 * HOUR })])])
      for (const ip of [null, '192.0.2.7', '2001:db8::1']) expect(weigh({}, { role, proofs, idleSeconds: 13 * 24 * HOUR, ip })).toEqual([])
})

// ASVS 8.2.4
describe('the rule on addresses', () => {
  const ipRanges = ['10.0.0.0/8', '192.0.2.0/28', '198.51.100.7/32', '2001:db8:1::/48']
  test.each<[string | null, boolean]>([
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['9.255.255.255', false],
    ['192.0.2.15', true],
    ['192.0.2.16', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['2001:db8:1::1', true],
    ['2001:db8:1:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8:2::1', false],
    ['2001:DB8:1::1', true],
    ['2001:db8:1::1%eth0', true],
    ['::ffff:10.1.2.3', true],
    ['::ffff:11.1.2.3', false],
    ['::1', false],
    [null, false], // fewer proxies than promised: the address is unknown
    ['not an address', false],
  ])('%s is inside: %s', (ip, isInside) => {
    expect(weigh({ ipRanges }, { ip })).toEqual(isInside ? [] : ['address'])
  })

  test('0.0.0.0/0 contains every IPv4 address and no IPv6 one', () => {
    expect(weigh({ ipRanges: ['0.0.0.0/0'] }, { ip: '203.0.113.9' })).toEqual([])
    expect(weigh({ ipRanges: ['0.0.0.0/0'] }, { ip: '2001:db8::1' })).toEqual(['address'])
  })
})

// ASVS 7.3.1, 7.3.2
describe('the rules on the session', () => {
  test('ask again once a session has been idle for the limit', () => {
    expect(weigh({ idleMinutes: 30 }, { idleSeconds: 30 * MINUTE - 1 })).toEqual([])
    expect(weigh({ idleMinutes: 30 }, { idleSeconds: 30 * MINUTE })).toEqual(['idle'])
  })

  test('ask again once every proof is as old as the absolute limit', () => {
    const old = proof('password', { ageSeconds: 8 * HOUR })
    expect(weigh({ absoluteHours: 8 }, { proofs: [proof('password', { ageSeconds: 8 * HOUR - 1 })] })).toEqual([])
    expect(weigh({ absoluteHours: 8 }, { proofs: [old] })).toEqual(['age'])
    expect(weigh({ absoluteHours: 8 }, { proofs: [] })).toEqual(['age'])
    expect(weigh({ absoluteHours: 8 }, { proofs: [old, proof('totp')] })).toEqual([])
    expect(weigh({ absoluteHours: 8 }, { proofs: [old, proof('totp', { remembered: true })] })).toEqual(['age'])
  })
})

// ASVS 6.3.3
describe('the rule on second factors', () => {
  const ASKED: Record<AccountPolicy['secondFactor'], Role[]> = {
    none: [],
    admins: ['OWNER', 'ADMIN'],
    everyone: ['OWNER', 'ADMIN', 'MEMBER'],
  }
  test.each(Object.entries(ASKED) as [AccountPolicy['secondFactor'], Role[]][])('for %s asks these roles', (secondFactor, roles) => {
    expect(ROLES.filter((role) => weigh({ secondFactor }, { role }).length > 0).sort()).toEqual([...roles].sort())
  })

  const BOTH: AccountPolicy['factorMethods'] = ['totp', 'passkey']
  test.each<[string, AccountPolicy['factorMethods'], Proof[], boolean]>([
    ['only a password', BOTH, [proof('password')], false],
    ['only an emailed link', BOTH, [proof('email')], false],
    ['a password and an emailed link', BOTH, [proof('password'), proof('email')], false],
    ['another provider', BOTH, [proof('oidc'), proof('saml')], false],
    ['no proof', BOTH, [], false],
    ['a code', BOTH, [proof('password'), proof('totp')], true],
    ['a code after an emailed link', BOTH, [proof('email'), proof('totp')], true],
    ['a code where only passkeys count', ['passkey'], [proof('password'), proof('totp')], false],
    ['a passkey where only codes count', ['totp'], [proof('password'), proof('passkey', { userVerified: true })], false],
    ['a passkey that verified its user', BOTH, [proof('passkey', { userVerified: true })], true],
    ['a passkey alone that did not', BOTH, [proof('passkey', { userVerified: false })], false],
    ['a passkey alone that says nothing', BOTH, [proof('passkey')], false],
    ['a passkey that did not, after a password', BOTH, [proof('password'), proof('passkey', { userVerified: false })], true],
    ['a recovery code', BOTH, [proof('password'), proof('recovery_code')], true],
    ['a recovery code where only passkeys count', ['passkey'], [proof('password'), proof('recovery_code')], true],
  ])('%s: with %j, %j is enough: %s', (_, factorMethods, proofs, isEnough) => {
    expect(weigh({ secondFactor: 'everyone', factorMethods }, { proofs })).toEqual(isEnough ? [] : ['second-factor'])
  })

  test('accepts a remembered browser only where the account does', () => {
    const proofs = [proof('password'), proof('totp', { remembered: true })]
    expect(weigh({ secondFactor: 'everyone' }, { proofs })).toEqual([])
    expect(weigh({ secondFactor: 'everyone', rememberedBrowsers: false }, { proofs })).toEqual(['second-factor'])
    expect(weigh({ secondFactor: 'everyone', rememberedBrowsers: false }, { proofs: [proof('password'), proof('totp')] })).toEqual([])
  })

  test('accepts no factor older than the absolute limit', () => {
    const proofs = [proof('password'), proof('totp', { ageSeconds: 9 * HOUR })]
    expect(weigh({ secondFactor: 'everyone', absoluteHours: 8 }, { proofs })).toEqual(['second-factor'])
  })
})

test('names every rule that is not met, in one order', () => {
  const all: PolicyRule[] = ['address', 'idle', 'age', 'second-factor']
  const policy = { ipRanges: ['10.0.0.0/8'], idleMinutes: 15, absoluteHours: 1, secondFactor: 'everyone' } satisfies Partial<AccountPolicy>
  expect(weigh(policy, { idleSeconds: HOUR, proofs: [proof('password', { ageSeconds: 2 * HOUR })] })).toEqual(all)
})

test.each<[string[], string, boolean]>([
  [[], 'ada@example.com', true],
  [['example.com'], 'ada@example.com', true],
  [['example.com'], 'ada@EXAMPLE.com', true],
  [['example.com'], 'ada@sub.example.com', false],
  [['example.com'], 'ada@notexample.com', false],
  [['example.com'], '"a@example.com"@evil.example', false],
  [['example.com', 'example.org'], 'ada@example.org', true],
])('with the domains %j, %s is allowed: %s', (emailDomains, email, isAllowed) => {
  expect(isEmailAllowed({ emailDomains }, email)).toBe(isAllowed)
})
