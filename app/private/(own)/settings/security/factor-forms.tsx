'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { enrollSchema, FactorKind, factorSchema, renameFactorSchema } from '@/lib/factors/schema'
import * as labels from '@/lib/labels/private'
import { removeFactorAction, renameFactorAction, startPasskeyAction, startTotpAction } from './actions'

const Start = formFor<typeof enrollSchema>()
const Rename = formFor<typeof renameFactorSchema>()
const Remove = formFor<typeof factorSchema>()
const loadRenameSchema = () => import('@/lib/factors/schema').then((rules) => rules.renameFactorSchema)

/** @param next where the user continues afterward */
export function StartTotpForm({ label, next, look = 'quiet' }: { label: string; next: string | undefined; look?: 'quiet' | 'main' }) {
  return (
    <Start.Form action={startTotpAction} hidden={next ? { next } : {}}>
      <SubmitButton look={look}>{label}</SubmitButton>
      <FormOutcome isInRow />
    </Start.Form>
  )
}

export function StartPasskeyForm({ next }: { next: string | undefined }) {
  return (
    <Start.Form action={startPasskeyAction} hidden={next ? { next } : {}} className="scripted">
      <SubmitButton look="quiet">{labels.addPasskey}</SubmitButton>
      <FormOutcome isInRow />
    </Start.Form>
  )
}

type FactorProps = { kind: FactorKind; id: string; name: string }

export function RenameFactorForm({ kind, id, name }: FactorProps) {
  return (
    <Rename.Form
      action={renameFactorAction}
      schema={loadRenameSchema}
      values={{ name }}
      hidden={{ kind, id }}
      onSuccess={() => close(id)}
      className="pt-2"
    >
      <Rename.Field name="name" id={`name-${id}`} label={labels.name} defaultValue={name} autoComplete="off" />
      <SubmitButton look="quiet" label={`Save the name of ${name}`}>
        {labels.save}
      </SubmitButton>
      <FormOutcome isInRow />
    </Rename.Form>
  )
}

/** Closes the form of a factor's name, and moves the focus to the button that opened it. */
function close(id: string): void {
  const around = document.getElementById(`name-${id}`)?.closest('details')
  if (!around) return
  around.open = false
  around.querySelector('summary')?.focus()
}

export function RemoveFactorForm({ kind, id, name }: FactorProps) {
  return (
    <Remove.Form action={removeFactorAction} hidden={{ kind, id }}>
      <SubmitButton look="danger" label={labels.removeFactor(name)}>
        Remove
      </SubmitButton>
      <FormOutcome isInRow />
    </Remove.Form>
  )
}
