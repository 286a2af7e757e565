import { z } from 'zod'
import { callbackUrlField } from '@/lib/http/callback-url'
import { ownPasswordField } from '@/lib/password/schema'

/** Who needs a second factor in an account. `admins` are its owners and admins. */
export const SECOND_FACTOR_FOR = ['none', 'admins', 'everyone'] as const

/** The factors that an account can accept. A recovery code always counts. */
export const FACTOR_METHODS = ['totp', 'passkey'] as const

/** What an account requires of its members beyond their role, as the database returns it. A null limit is the app's own. */
export const accountPolicyRow = z.object({
  secondFactor: z.enum(SECOND_FACTOR_FOR),
  factorMethods: z.array(z.enum(FACTOR_METHODS)),
  recentAuthMinutes: z.int().nullable(),
  idleMinutes: z.int().nullable(),
  absoluteHours: z.int().nullable(),
  /** for invitations and joining; empty: any */
  emailDomains: z.array(z.string()),
  /** in CIDR notation; empty: any */
  ipRanges: z.array(z.string()),
  rememberedBrowsers: z.boolean(),
})

export type AccountPolicy = Readonly<z.output<typeof accountPolicyRow>>

/** The policy of an account that has not set one. */
export const DEFAULT_POLICY: AccountPolicy = Object.freeze({
  secondFactor: 'none',
  factorMethods: [...FACTOR_METHODS],
  recentAuthMinutes: null,
  idleMinutes: null,
  absoluteHours: null,
  emailDomains: [],
  ipRanges: [],
  rememberedBrowsers: true,
})

/** The rules of a policy that a request can fail to meet, in the order in which they are reported. */
export const POLICY_RULES = ['address', 'idle', 'age', 'second-factor'] as const

export type PolicyRule = (typeof POLICY_RULES)[number]

/** The form that asks for the password again. */
export const verifyPasswordSchema = z.object({ password: ownPasswordField, callbackUrl: callbackUrlField })
