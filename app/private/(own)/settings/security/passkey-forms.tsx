'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { passkeySchema, renamePasskeySchema } from '@/lib/factors/schema'
import type { emptySchema } from '@/lib/validation'
import { removePasskeyAction, renamePasskeyAction, startPasskeyAction } from './actions'

const Start = formFor<typeof emptySchema>()
const Rename = formFor<typeof renamePasskeySchema>()
const Remove = formFor<typeof passkeySchema>()
const loadRenameSchema = () => import('@/lib/factors/schema').then((rules) => rules.renamePasskeySchema)

export function StartPasskeyForm() {
  return (
    <Start.Form action={startPasskeyAction} className="scripted">
      <SubmitButton look="quiet">Add a passkey</SubmitButton>
      <FormOutcome isInRow />
    </Start.Form>
  )
}

export function RenamePasskeyForm({ id, name }: { id: string; name: string }) {
  return (
    <Rename.Form action={renamePasskeyAction} schema={loadRenameSchema} values={{ name }} hidden={{ id }} className="pt-2">
      <Rename.Field name="name" id={`name-${id}`} label="Name" defaultValue={name} autoComplete="off" />
      <SubmitButton look="quiet" label={`Save the name of ${name}`}>
        Save
      </SubmitButton>
      <FormOutcome isInRow />
    </Rename.Form>
  )
}

export function RemovePasskeyForm({ id, name }: { id: string; name: string }) {
  return (
    <Remove.Form action={removePasskeyAction} hidden={{ id }}>
      <SubmitButton look="danger" label={`Remove ${name}`}>
        Remove
      </SubmitButton>
      <FormOutcome isInRow />
    </Remove.Form>
  )
}
