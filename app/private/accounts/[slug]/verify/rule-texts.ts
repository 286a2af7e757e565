import type { PolicyRule } from '@/lib/account-policies/schema'

/** What the user reads about a rule that is not met. */
export const RULE_TEXTS: Record<PolicyRule, { title: string; reason: string }> = {
  address: {
    title: 'An allowed network',
    reason: 'This account can only be opened from certain networks. Connect to one of them, such as your office or VPN, then try again.',
  },
  idle: { title: 'Your password', reason: 'This session was unused for longer than this account allows. Enter your password to continue.' },
  age: { title: 'Your password', reason: 'You signed in longer ago than this account allows. Enter your password to continue.' },
  'second-factor': { title: 'A second factor', reason: 'This account requires a second factor in addition to your password.' },
}
