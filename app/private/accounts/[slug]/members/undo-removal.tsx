'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { memberSchema } from '@/lib/memberships/schema'
import { restoreMemberAction } from './actions'

const { Form } = formFor<typeof memberSchema>()

/** Undoes the removal of a member, next to the message that announces it. */
export function UndoRemoval({ slug, userId }: { slug: string; userId: string }) {
  return (
    <Form action={restoreMemberAction.bind(null, slug)} hidden={{ userId }} className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <SubmitButton look="quiet">{labels.undo}</SubmitButton>
      <FormOutcome isInRow />
    </Form>
  )
}
