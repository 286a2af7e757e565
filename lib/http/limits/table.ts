const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * What a limit can be counted by. `address` is where a request comes from, `pair` an email address from there, `device` an
 * email address in a browser that it was signed in from before, `session` one sign-in.
 */
export type CountedBy = 'address' | 'email' | 'pair' | 'device' | 'session' | 'user' | 'account'

/** So many within so many seconds, from the first on. */
export type Allowance = { points: number; seconds: number }

const upTo = (points: number, seconds: number): Allowance => ({ points, seconds })

/**
 * Every limit there is (ASVS 2.4.1, 6.3.1). Wide for an address, behind which a whole office can stand; narrow for whom or
 * what a try is about. A limit counted in several ways is over as soon as one of them is.
 */
export const LIMITS = {
  // Sign-ins that fail, by form and endpoint alike. One that succeeds is not counted.
  'sign-in': { address: upTo(500, 15 * MINUTE), pair: upTo(10, 15 * MINUTE) },
  // The failures on one email address from anywhere: so many are free, and after each further one all must wait, twice as
  // long every time. Browsers that it was signed in from do not: guessing must not lock the owner out.
  'sign-in-failures': { email: upTo(4, DAY) },
  'sign-in-delay': { email: upTo(1, MINUTE) },
  'sign-in-known-device': { device: upTo(10, 15 * MINUTE) },
  // Auth.js's endpoints, whatever they are asked. A page that is open asks for its session now and then.
  'auth-endpoint': { address: upTo(600, MINUTE) },
  // Each costs a hash, and a person and an account in the database.
  registration: { address: upTo(1000, HOUR) },
  // Each may send a mail to someone who did not ask for it.
  'registration-mail': { email: upTo(5, HOUR) },
  'password-reset': { address: upTo(300, HOUR), email: upTo(5, HOUR) },
  'verification-mail': { address: upTo(300, HOUR), email: upTo(5, HOUR) },
  'email-change': { user: upTo(5, HOUR), email: upTo(5, HOUR) },
  // An invitation to each address counts, also when it is sent again.
  invitation: { user: upTo(1000, DAY), account: upTo(2000, DAY) },
  'invitation-link': { user: upTo(20, HOUR) },
  // A password that is asked for once more, from whoever sits before an open session. One that is right clears it. By the
  // session, so that whoever has stolen one keeps nobody from proving themselves in another, and ending theirs.
  proof: { session: upTo(10, HOUR) },
} as const satisfies Record<string, Partial<Record<CountedBy, Allowance>>>

/**
 * What is mailed at most so often, in seconds, by when it was mailed last: registering and inviting send the first of them,
 * and no limit counts those.
 */
export const PAUSES = { 'verification-mail': MINUTE, 'invitation-link': MINUTE }

export type LimitName = keyof typeof LIMITS

/** The longest that `sign-in-delay` grows to. */
export const LONGEST_DELAY_SECONDS = HOUR
