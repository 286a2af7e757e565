'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { confirmTotpSchema, enrollSchema } from '@/lib/factors/schema'
import * as labels from '@/lib/labels/private'
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
        label={labels.code}
        help="The six digits that the app shows now."
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <SubmitButton className="mt-2">{labels.addAuthenticatorApp}</SubmitButton>
      <FormOutcome />
    </Confirm.Form>
  )
}

export function RenewRecoveryCodesForm() {
  return (
    <Empty.Form action={renewRecoveryCodesAction}>
      <SubmitButton look="quiet">Generate new recovery codes</SubmitButton>
      <FormOutcome isInRow />
    </Empty.Form>
  )
}

export function DismissSheetForm({ next }: { next: string | undefined }) {
  return (
    <Dismiss.Form action={dismissSheetAction} hidden={next ? { next } : {}}>
      <SubmitButton>{labels.savedTheseCodes}</SubmitButton>
      <FormOutcome />
    </Dismiss.Form>
  )
}
