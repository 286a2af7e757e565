'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { browserSchema, confirmTotpSchema } from '@/lib/factors/schema'
import type { emptySchema } from '@/lib/validation'
import {
  confirmTotpAction,
  dismissSheetAction,
  forgetBrowserAction,
  removeTotpAction,
  renewRecoveryCodesAction,
  startTotpAction,
} from './actions'

const Empty = formFor<typeof emptySchema>()
const Confirm = formFor<typeof confirmTotpSchema>()
const Browser = formFor<typeof browserSchema>()
const loadConfirmSchema = () => import('@/lib/factors/schema').then((rules) => rules.confirmTotpSchema)

export function StartTotpForm({ label, look = 'quiet' }: { label: string; look?: 'quiet' | 'main' }) {
  return (
    <Empty.Form action={startTotpAction}>
      <SubmitButton look={look}>{label}</SubmitButton>
      <FormOutcome isInRow />
    </Empty.Form>
  )
}

export function ConfirmTotpForm() {
  return (
    <Confirm.Form action={confirmTotpAction} schema={loadConfirmSchema} className="max-w-[400px]">
      <Confirm.Field
        name="code"
        label="Code"
        help="The six digits that the app shows now."
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <SubmitButton className="mt-2">Add authenticator app</SubmitButton>
      <FormOutcome />
    </Confirm.Form>
  )
}

export function RemoveTotpForm() {
  return (
    <Empty.Form action={removeTotpAction}>
      <SubmitButton look="danger" label="Remove authenticator app">
        Remove
      </SubmitButton>
      <FormOutcome isInRow />
    </Empty.Form>
  )
}

export function RenewRecoveryCodesForm() {
  return (
    <Empty.Form action={renewRecoveryCodesAction}>
      <SubmitButton look="quiet">Make new recovery codes</SubmitButton>
      <FormOutcome isInRow />
    </Empty.Form>
  )
}

export function DismissSheetForm() {
  return (
    <Empty.Form action={dismissSheetAction}>
      <SubmitButton>I saved these codes</SubmitButton>
      <FormOutcome />
    </Empty.Form>
  )
}

export function ForgetBrowserForm({ handle, device }: { handle: string; device: string }) {
  return (
    <Browser.Form action={forgetBrowserAction} hidden={{ handle }}>
      <SubmitButton look="plain" label={`Forget ${device}`}>
        Forget
      </SubmitButton>
      <FormOutcome isInRow />
    </Browser.Form>
  )
}
