'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { emptySchema } from '@/lib/validation'
import { dismissSetupAction } from './actions'

const { Form } = formFor<typeof emptySchema>()

/** Hides the setup checklist. */
export function DismissSetup({ slug }: { slug: string }) {
  return (
    <Form action={dismissSetupAction.bind(null, slug)}>
      <SubmitButton look="plain" label={labels.hideChecklist}>
        Hide
      </SubmitButton>
      <FormOutcome isInRow />
    </Form>
  )
}
