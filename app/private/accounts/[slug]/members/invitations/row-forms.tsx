'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome, useFormParts } from '@/components/ui/form'
import { Progress } from '@/components/ui/progress'
import { SubmitButton } from '@/components/ui/submit-button'
import type { invitationSchema } from '@/lib/invitations/schema'
import { resendInvitationAction, restoreInvitationAction, revokeInvitationAction } from './actions'

const { Form } = formFor<typeof invitationSchema>()

type Props = { slug: string; id: string; mayRestore: boolean }

/**
 * The forms of an invitation's menu, whose buttons name them by id. They are empty until one is refused: then the row shows why,
 * and asks for the password if the action needs it.
 */
export function RowForms({ slug, id, mayRestore }: Props) {
  const undo = mayRestore ? { undo: { action: restoreInvitationAction.bind(null, slug), fields: { id } } } : {}
  return (
    <>
      <Form id={`resend-${id}`} action={resendInvitationAction.bind(null, slug)} hidden={{ id }}>
        <Refusal retry="Send again" />
      </Form>
      <Form id={`revoke-${id}`} action={revokeInvitationAction.bind(null, slug)} hidden={{ id }} {...undo}>
        <Refusal retry="Revoke" />
      </Form>
    </>
  )
}

function Refusal({ retry }: { retry: string }) {
  const { state, isPending } = useFormParts()
  if (state.status !== 'error') return <Progress isPending={isPending} />
  return (
    <div className="max-w-[400px] pb-2">
      <FormOutcome isInRow />
      {state.failures && !state.proof ? null : <SubmitButton look="quiet">{retry}</SubmitButton>}
    </div>
  )
}
