import type { AccountPolicy } from './schema'

// A policy in words, for the page that reviews a change, the audit trail, and email. Safe for the browser.

type Line = [rule: string, value: string]

const FOR: Record<AccountPolicy['secondFactor'], string> = { none: 'not required', admins: 'owners and admins', everyone: 'everyone' }
const METHODS = { totp: 'authenticator app', passkey: 'passkey' }

/** Returns each rule of a policy with its value. */
export function linesOf(policy: AccountPolicy): Line[] {
  return [
    ['Second factor', FOR[policy.secondFactor]],
    ['Accepted factors', policy.factorMethods.map((method) => METHODS[method]).join(' or ')],
    ['Remembered browsers', policy.rememberedBrowsers ? 'allowed' : 'not allowed'],
    ['Password for sensitive actions', limit(policy.recentAuthMinutes, 'minute')],
    ['Unused sessions', limit(policy.idleMinutes, 'minute')],
    ['Time since sign-in', limit(policy.absoluteHours, 'hour')],
    ['Email domains', policy.emailDomains.join(', ') || 'any'],
    ['Networks', policy.ipRanges.join(', ') || 'any'],
  ]
}

/** Returns the rules that differ, with the value before and after. */
export function changesBetween(before: AccountPolicy, after: AccountPolicy): { rule: string; from: string; to: string }[] {
  const now = linesOf(after)
  return linesOf(before).flatMap(([rule, from], index) => (from === now[index]?.[1] ? [] : [{ rule, from, to: now[index]?.[1] ?? '' }]))
}

function limit(value: number | null, unit: string): string {
  return value === null ? 'default' : `after ${value} ${unit}${value === 1 ? '' : 's'}`
}
