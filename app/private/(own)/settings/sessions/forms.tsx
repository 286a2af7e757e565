'use client'

import { z } from 'zod'
import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { sessionSchema } from '@/lib/sessions/schema'
import { endOtherSessionsAction, endSessionAction } from './actions'

export function EndForm({ handle, device }: { handle: string; device: string }) {
  return (
    <Form action={endSessionAction} schema={sessionSchema} values={{ handle }}>
      <input type="hidden" name="handle" value={handle} />
      <SubmitButton look="danger" label={`End session on ${device}`}>
        End
      </SubmitButton>
      <FormOutcome isInRow />
    </Form>
  )
}

const nothing = z.object({})

export function EndOthersForm() {
  return (
    <Form action={endOtherSessionsAction} schema={nothing} className="pt-6">
      <SubmitButton look="danger">End all other sessions</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
