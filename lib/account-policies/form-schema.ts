import { z } from 'zod'
import { checkboxField } from '@/lib/fields'
import { type Message, message } from '@/lib/messages'
import { ABSOLUTE_CHOICES, IDLE_CHOICES, RECENT_AUTH_CHOICES } from './choices'
import { type AccountPolicy, SECOND_FACTOR_FOR } from './schema'

// The form of the policy page. Safe for the browser.

const LIST_MAX_LENGTH = 4_000
const LIST_MAX_ITEMS = 50

/** A limit that the form offers. Empty: the app's own limit. */
const limitField = (choices: readonly number[]) =>
  z
    .string()
    .default('')
    .refine((value) => value === '' || choices.map(String).includes(value), message('field-unusable'))
    .transform((value) => (value === '' ? null : Number(value)))

/** A list with one item per line, or separated by commas. */
const listField = (isItem: (item: string) => boolean, wrong: (items: string) => Message) =>
  z
    .string()
    .max(LIST_MAX_LENGTH, message('too-long', { max: LIST_MAX_LENGTH }))
    .default('')
    .transform((text, issues) => {
      const items = [
        ...new Set(
          text
            .toLowerCase()
            .split(/[\s,;]+/)
            .filter(Boolean),
        ),
      ]
      const invalid = items.filter((item) => !isItem(item))
      if (invalid.length) issues.addIssue({ code: 'custom', message: wrong(invalid.slice(0, 3).join(', ')) })
      else if (items.length > LIST_MAX_ITEMS)
        issues.addIssue({ code: 'custom', message: message('list-too-long', { max: LIST_MAX_ITEMS }) })
      return items
    })

const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/
const isRange = (item: string) => z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]).safeParse(item).success

/** The rules of an account's policy, as its form sends them. */
export const policySchema = z
  .object({
    secondFactor: z.enum(SECOND_FACTOR_FOR, message('field-required')),
    totp: checkboxField,
    passkey: checkboxField,
    recentAuthMinutes: limitField(RECENT_AUTH_CHOICES),
    idleMinutes: limitField(IDLE_CHOICES),
    absoluteHours: limitField(ABSOLUTE_CHOICES),
    emailDomains: listField(
      (item) => DOMAIN.test(item),
      (items) => message('domains-invalid', { items }),
    ),
    ipRanges: listField(isRange, (items) => message('ranges-invalid', { items })),
    rememberedBrowsers: checkboxField,
  })
  .refine(({ secondFactor, totp, passkey }) => secondFactor === 'none' || totp || passkey, {
    path: ['secondFactor'],
    message: message('factor-method-missing'),
  })

/** Returns the policy that a form describes. */
export function policyOf({ totp, passkey, ...rules }: z.output<typeof policySchema>): AccountPolicy {
  const methods = [...(totp ? ['totp' as const] : []), ...(passkey ? ['passkey' as const] : [])]
  return { ...rules, factorMethods: methods.length ? methods : ['totp', 'passkey'] }
}

/** Returns the fields of a form that describes the policy. */
export function fieldsOf(policy: AccountPolicy): Record<keyof z.input<typeof policySchema>, string> {
  const on = (isOn: boolean) => (isOn ? 'on' : '')
  return {
    secondFactor: policy.secondFactor,
    totp: on(policy.factorMethods.includes('totp')),
    passkey: on(policy.factorMethods.includes('passkey')),
    recentAuthMinutes: String(policy.recentAuthMinutes ?? ''),
    idleMinutes: String(policy.idleMinutes ?? ''),
    absoluteHours: String(policy.absoluteHours ?? ''),
    emailDomains: policy.emailDomains.join('\n'),
    ipRanges: policy.ipRanges.join('\n'),
    rememberedBrowsers: on(policy.rememberedBrowsers),
  }
}
