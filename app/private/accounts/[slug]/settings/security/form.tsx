'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { ABSOLUTE_CHOICES, IDLE_CHOICES, RECENT_AUTH_CHOICES } from '@/lib/account-policies/choices'
import type { policySchema } from '@/lib/account-policies/form-schema'
import * as labels from '@/lib/labels/private'
import { reviewPolicyAction } from './actions'

const { Form, Select, Checkbox, TextArea } = formFor<typeof policySchema>()
const loadPolicySchema = () => import('@/lib/account-policies/form-schema').then((rules) => rules.policySchema)

type Values = Record<keyof typeof policySchema.shape, string>

/** The rules of the account's policy. Its button leads to a page that shows what they would do. */
export function PolicyForm({ slug, values }: { slug: string; values: Values }) {
  return (
    <Form action={reviewPolicyAction.bind(null, slug)} schema={loadPolicySchema} values={values} className="max-w-[560px]">
      <fieldset>
        <legend className="pb-3 text-heading font-semibold">Second factor</legend>
        <Select
          name="secondFactor"
          label={labels.requiredFor}
          help="They’ll be asked for it in this account only. Recovery codes are always accepted."
          defaultValue={values.secondFactor}
        >
          <option value="none">No one</option>
          <option value="admins">Owners and admins</option>
          <option value="everyone">Everyone</option>
        </Select>
        <Checkbox name="totp" label={labels.acceptAuthenticatorApps} />
        <Checkbox name="passkey" label="Accept passkeys" />
        <Checkbox name="rememberedBrowsers" label={labels.acceptRememberedBrowsers} />
      </fieldset>
      <fieldset className="mt-8">
        <legend className="pb-3 text-heading font-semibold">Sessions</legend>
        <Select name="recentAuthMinutes" label="Ask for the password before sensitive actions" defaultValue={values.recentAuthMinutes}>
          <Limits choices={RECENT_AUTH_CHOICES} unit="minute" none="After 10 minutes (default)" />
        </Select>
        <Select name="idleMinutes" label={labels.askAgainIfUnused} defaultValue={values.idleMinutes}>
          <Limits choices={IDLE_CHOICES} unit="minute" none="Default" />
        </Select>
        <Select name="absoluteHours" label="Ask again after sign-in" defaultValue={values.absoluteHours}>
          <Limits choices={ABSOLUTE_CHOICES} unit="hour" none="Default" />
        </Select>
      </fieldset>
      <fieldset className="mt-8">
        <legend className="pb-3 text-heading font-semibold">Access</legend>
        <TextArea
          name="ipRanges"
          label={labels.allowedNetworks}
          help="IP addresses or ranges, such as 203.0.113.0/24 or 2001:db8::/32. One per line. Leave empty to allow any network."
          rows={3}
          defaultValue={values.ipRanges}
        />
        <TextArea
          name="emailDomains"
          label="Allowed email domains"
          help="For new invitations and for joining, such as heron.example. One per line. Leave empty to allow any domain."
          rows={3}
          defaultValue={values.emailDomains}
        />
      </fieldset>
      <SubmitButton className="mt-4">{labels.reviewChanges}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}

function Limits({ choices, unit, none }: { choices: readonly number[]; unit: string; none: string }) {
  return (
    <>
      <option value="">{none}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {`After ${choice} ${unit}${choice === 1 ? '' : 's'}`}
        </option>
      ))}
    </>
  )
}
