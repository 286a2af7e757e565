import type { Permission } from './policy'

/** A refused request, by ids only: names and emails stay out of the log. */
export type Denial = {
  /**
   * `policy`: the role or the email lacks the permission; `scope`: not a member of the account; `origin`: sent by another site;
   * `limit`: too many attempts; `recent-auth`: the password must be entered again; `account-policy`: the session does not meet
   * the account's policy
   */
  reason: 'policy' | 'scope' | 'origin' | 'limit' | 'recent-auth' | 'account-policy'
  actor?: string | undefined
  account?: string | undefined
  permission?: Permission | undefined
  /** the rules of the account's policy that are not met */
  rules?: readonly string[]
  /** of the requested account, which may be anything */
  slug?: string
  path?: string
  limit?: string
  retryAfterSeconds?: number
  ip?: string | null
  /** X-Forwarded-For as it arrived, where the client's address is not known yet */
  forwardedFor?: string | null
}

/** Logs a refusal in one line (ASVS 16.3.2). Safe for the edge, where the logger does not run: the line has the same format. */
export async function logDenial(denial: Denial): Promise<void> {
  const entry = { kind: 'access.denied', ...denial }
  if (process.env.NEXT_RUNTIME === 'edge') {
    // biome-ignore lint/suspicious/noConsole: the edge has no other output
    console.log(JSON.stringify({ level: 40, time: new Date().toISOString(), ...entry, msg: 'denied' }))
  } else {
    const { log } = await import('./platform/log')
    const { telemetry } = await import('./platform/telemetry/telemetry')
    telemetry()?.count('atrium.denials', { reason: denial.reason, ...(denial.limit && { limit: denial.limit }) })
    log().warn(entry, 'denied')
  }
}
