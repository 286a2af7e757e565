import { type AccountPolicy, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { asSuperuser } from './database'

/** Sets an account's policy, as if its owner had saved it. Rules that are not named ask for nothing. */
export async function setPolicy(accountId: string, changed: Partial<AccountPolicy>): Promise<void> {
  const policy = { ...DEFAULT_POLICY, ...changed }
  await asSuperuser('DELETE FROM account_policies WHERE account_id = $1', [accountId])
  await asSuperuser(
    `INSERT INTO account_policies (account_id, second_factor, factor_methods, recent_auth_minutes, idle_minutes, absolute_hours,
                                   email_domains, ip_ranges, remembered_browsers)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text[]::cidr[], $9)`,
    [
      accountId,
      policy.secondFactor,
      policy.factorMethods,
      policy.recentAuthMinutes,
      policy.idleMinutes,
      policy.absoluteHours,
      policy.emailDomains,
      policy.ipRanges,
      policy.rememberedBrowsers,
    ],
  )
}
