import { BlockList } from 'node:net'
import type { Role } from '@/lib/generated/prisma/enums'
import type { Route } from '@/lib/http/paths'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Proof, ProofMethod } from '@/lib/proofs/schema'
import { ROLE_RANKS, ROLES } from '@/lib/roles'
import { type AccountPolicy, POLICY_RULES, type PolicyRule } from './schema'

/** What the rules check about the caller: their role in the account, and the state of their session. */
export type Weighed = { role: Role; proofs: readonly Proof[]; idleSeconds: number }

type Rule = (policy: AccountPolicy, caller: Weighed, request: Pick<RequestInfo, 'ip'>) => boolean

/** Whether a request meets each rule of an account's policy. */
const MEETS: Record<PolicyRule, Rule> = {
  address: ({ ipRanges }, _, { ip }) => ipRanges.length === 0 || isInRanges(ip, ipRanges),
  idle: ({ idleMinutes }, { idleSeconds }) => idleMinutes === null || idleSeconds < idleMinutes * 60,
  age: (policy, { proofs }) =>
    policy.absoluteHours === null || proofs.some((proof) => !proof.detail.remembered && isYoungEnough(policy, proof)),
  'second-factor': (policy, { role, proofs }) =>
    !needsSecondFactor(policy, role) || proofs.some((proof) => isSecondFactor(policy, proof, proofs)),
}

/**
 * Returns the rules of an account's policy that a request does not meet. It depends only on its arguments. Each account checks
 * the session independently, so one account's rules do not open or close another.
 */
export function unmet(policy: AccountPolicy, caller: Weighed, request: Pick<RequestInfo, 'ip'>): PolicyRule[] {
  return POLICY_RULES.filter((rule) => !MEETS[rule](policy, caller, request))
}

/** The roles that a policy for admins covers: `ADMIN`, and those that rank at least as high. */
export const ADMINS: readonly Role[] = ROLES.filter((role) => ROLE_RANKS[role] >= ROLE_RANKS.ADMIN)

/** Returns whether the policy requires a second factor of this role. */
export function needsSecondFactor({ secondFactor }: AccountPolicy, role: Role): boolean {
  return secondFactor === 'everyone' || (secondFactor === 'admins' && ADMINS.includes(role))
}

/** Returns whether an email may be invited and join. */
export function isEmailAllowed({ emailDomains }: Pick<AccountPolicy, 'emailDomains'>, email: string): boolean {
  return emailDomains.length === 0 || emailDomains.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase())
}

function isSecondFactor(policy: AccountPolicy, proof: Proof, all: readonly Proof[]): boolean {
  if (!isYoungEnough(policy, proof) || (proof.detail.remembered === true && !policy.rememberedBrowsers)) return false
  if (proof.method === 'recovery_code') return true
  if (!policy.factorMethods.some((method) => method === proof.method)) return false
  // A passkey alone is two factors only if it verified its user, by a PIN or biometrics.
  return proof.method !== 'passkey' || proof.detail.userVerified === true || all.some(({ method }) => FIRST_FACTORS.has(method))
}

const FIRST_FACTORS: ReadonlySet<ProofMethod> = new Set<ProofMethod>(['password', 'email'])

function isYoungEnough({ absoluteHours }: AccountPolicy, { ageSeconds }: Proof): boolean {
  return absoluteHours === null || ageSeconds < absoluteHours * 60 * 60
}

/** Returns whether an address is in one of the ranges. An unknown or malformed address is in none. */
function isInRanges(ip: string | null, ranges: readonly string[]): boolean {
  const [address = ''] = ip?.split('%') ?? [] // without a zone, such as `%eth0`
  const allowed = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix = ''] = range.split('/')
    allowed.addSubnet(network, Number(prefix), familyOf(network))
  }
  return allowed.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** A request that does not meet the policy of its account, or whose account the operator has suspended. */
export class PolicyUnmet extends Error {
  override name = 'PolicyUnmet'
  constructor(
    readonly rules: readonly (PolicyRule | 'suspended')[],
    /** the account's verification page, which leads back to the requested page */
    readonly verifyPath: Route,
  ) {
    super(`The account's policy is not met: ${rules.join(', ')}`)
  }
}
