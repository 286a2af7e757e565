import { env } from '@/lib/platform/env'
import { type NameIn, withDeclared } from '@/lib/resources'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * What a limit can be counted by. `address` is an IP address, and `pair` an email from an IP address. `device` is an email in a
 * browser that has signed in with it before, and `content` an email with a certain text.
 */
export type CountedBy = 'address' | 'email' | 'pair' | 'device' | 'content' | 'session' | 'user' | 'account'

/** At most `points` in a window of `seconds`, which begins with the first. */
export type Allowance = { points: number; seconds: number }

const upTo = (points: number, seconds: number): Allowance => ({ points, seconds })

/** An allowance that the environment decides, read when it is first used. */
const upToSetting = (name: 'SIGN_INS_PER_ADDRESS', seconds: number): Allowance => ({
  get points() {
    return env()[name]
  },
  seconds,
})

/**
 * The rate limits (ASVS 2.4.1, 6.3.1), besides those that a resource declares. Those by IP address are generous, because a
 * whole office can share one. A limit with several counters is exceeded as soon as one of them is.
 */
const CORE = {
  // Attempts from unknown browsers, correct or not, with the form and the endpoint. Each costs a password hash.
  'sign-in': { address: upToSetting('SIGN_INS_PER_ADDRESS', 15 * MINUTE), email: upTo(30, 15 * MINUTE) },
  // Failures for one email from any IP address. After the free ones, each failure delays the next attempt, twice as long each
  // time. Known browsers are exempt, so that an attacker cannot lock the user out.
  'sign-in-failures': { email: upTo(4, DAY) },
  'sign-in-delay': { email: upTo(1, MINUTE) },
  'sign-in-known-device': { device: upTo(20, 15 * MINUTE) },
  // Wrong codes for any of a user's second factors, delayed like failed sign-ins. An attacker who enters one has already
  // entered the password or opened the emailed link. A remembered browser has its own count, so that they cannot lock it out.
  'factor-failures': { user: upTo(4, DAY) },
  'factor-delay': { user: upTo(1, MINUTE) },
  // Each stores a challenge for five minutes. A signed-in user's challenges have their own limit.
  'passkey-challenge': { address: upTo(300, HOUR) },
  'own-passkey-challenge': { user: upTo(60, HOUR) },
  // Each is recorded and emailed, and uses capacity that others need.
  'factor-change': { user: upTo(30, DAY) },
  'factor-remembered': { device: upTo(10, HOUR) },
  // Wrong codes of sign-in links whose code was shown, which requires access to the email. Each link also allows five tries.
  // There is no limit by IP address: one person could keep everyone else in an office from using a code.
  'sign-in-code': { user: upTo(20, DAY) },
  // All Auth.js endpoints. An open page requests its session from time to time.
  'auth-endpoint': { address: upTo(600, MINUTE) },
  // Calls from a scheduler that runs jobs, whether or not the secret is correct.
  'jobs-run': { address: upTo(10, MINUTE) },
  // Each costs a password hash, a user, and an account.
  registration: { address: upTo(1000, HOUR) },
  // Each may send an email to someone who did not ask for it. They are counted by requester, so that a stranger cannot use up
  // the attempts of an email's owner. They also limit how many links are valid at the same time, because no link voids another.
  'registration-mail': { pair: upTo(10, DAY) },
  'password-reset': { address: upTo(300, HOUR), pair: upTo(5, HOUR) },
  'sign-in-mail': { address: upTo(300, HOUR), pair: upTo(5, HOUR) },
  'verification-mail': { address: upTo(300, HOUR), user: upTo(10, DAY) },
  'email-change': { user: upTo(5, HOUR), pair: upTo(5, HOUR) },
  // Each invited address counts, and so does each resent invitation.
  invitation: { user: upTo(1000, DAY), account: upTo(2000, DAY) },
  // Emails to one recipient, across all senders. They are counted in the transaction that queues them.
  'invitation-mail': { email: upTo(5, HOUR) },
  'ownership-offer-mail': { email: upTo(3, HOUR) },
  'new-device-mail': { email: upTo(3, HOUR) },
  // Identical notices that a stranger can cause.
  'notice-mail': { content: upTo(1, HOUR) },
  // Simultaneous exports. The end of an export resets the count. The window is longer than any export (`DOWNLOAD_MAX_MS`), and
  // releases an export whose server stopped.
  'account-export': { account: upTo(1, 11 * MINUTE) },
  'user-export': { user: upTo(1, 11 * MINUTE) },
  // A member's refused attempts that are added to the audit trail. Further ones are only logged.
  denial: { user: upTo(20, HOUR) },
  // Accounts that a user creates after their first. They are counted in the transaction that creates them.
  account: { user: upTo(5, HOUR) },
  // Password checks in an open session. The correct password resets the count. It is counted by session, so that an attacker
  // with a stolen session cannot keep the user from ending it in another.
  proof: { session: upTo(10, HOUR) },
} as const satisfies Record<string, Partial<Record<CountedBy, Allowance>>>

/** All limits by name, including those of resources. */
export const LIMITS: typeof CORE & Record<NameIn<'limits'>, Partial<Record<CountedBy, Allowance>>> = withDeclared('limits', CORE)

/**
 * The minimum time between two emails, in seconds. Registering sends the first one, which no limit counts.
 */
export const PAUSES = { 'verification-mail': MINUTE }

export type LimitName = keyof typeof LIMITS

/** The longest `sign-in-delay`. */
export const LONGEST_DELAY_SECONDS = HOUR
