'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { confirmTotpSchema, enrollSchema } from '@/lib/factors/schema'
import type { emptySchema } from '@/lib/validation'
import { confirmTotpAction, dismissSheetAction, renewRecoveryCodesAction } from './actions'

const Empty = formFor<typeof emptySchema>()
const Dismiss = formFor<typeof enrollSchema>()
const Confirm = formFor<typeof confirmTotpSchema>()
const loadConfirmSchema = () => import('@/lib/factors/schema').then((rules) => rules.confirmTotpSchema)

export function ConfirmTotpForm({ next }: { next: string | undefined }) {
  return (
    <Confirm.Form action={confirmTotpAction} schema={loadConfirmSchema} hidden={next ? { next } : {}} className="max-w-[400px]">
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

export function RenewRecoveryCodesForm() {
  return (
    <Empty.Form action={renewRecoveryCodesAction}>
      <SubmitButton look="quiet">Make new recovery codes</SubmitButton>
      <FormOutcome isInRow />
    </Empty.Form>
  )
}

export function DismissSheetForm({ next }: { next: string | undefined }) {
  return (
    <Dismiss.Form action={dismissSheetAction} hidden={next ? { next } : {}}>
      <SubmitButton>I saved these codes</SubmitButton>
      <FormOutcome />
    </Dismiss.Form>
  )
}
