'use client'

import { Form, FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { linkSchema } from '@/lib/users/schema'
import { restoreEmailAction } from './actions'

export function RestoreEmailForm({ link }: { link: string }) {
  return (
    <Form action={restoreEmailAction} schema={linkSchema} values={{ link }}>
      <input type="hidden" name="link" value={link} />
      <SubmitButton className="w-full">Keep this email</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
