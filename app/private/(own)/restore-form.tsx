'use client'

import { Form, FormOutcome } from '@/components/form'
import { SubmitButton } from '@/components/submit-button'
import { restoreAccountSchema } from '@/lib/accounts/schema'
import { restoreAccountAction } from './actions'

export function RestoreForm({ accountId, name }: { accountId: string; name: string }) {
  return (
    <Form action={restoreAccountAction.bind(null, accountId)} schema={restoreAccountSchema}>
      <SubmitButton look="quiet">
        Restore<span className="sr-only"> {name}</span>
      </SubmitButton>
      <FormOutcome />
    </Form>
  )
}
