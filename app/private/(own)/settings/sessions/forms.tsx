'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { browserSchema } from '@/lib/factors/schema'
import * as labels from '@/lib/labels/private'
import type { sessionSchema } from '@/lib/sessions/schema'
import type { emptySchema } from '@/lib/validation'
import { endOtherSessionsAction, endSessionAction, forgetBrowserAction } from './actions'

const Browser = formFor<typeof browserSchema>()
const One = formFor<typeof sessionSchema>()
const Others = formFor<typeof emptySchema>()

export function EndForm({ handle, device }: { handle: string; device: string }) {
  return (
    <One.Form action={endSessionAction} hidden={{ handle }}>
      <SubmitButton look="plain" label={labels.endSessionOn(device)}>
        End
      </SubmitButton>
      <FormOutcome isInRow />
    </One.Form>
  )
}

export function EndOthersForm() {
  return (
    <Others.Form action={endOtherSessionsAction}>
      <SubmitButton look="danger">{labels.endAllOtherSessions}</SubmitButton>
      <FormOutcome isInRow />
    </Others.Form>
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
