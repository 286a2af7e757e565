'use client'

import type { ReactNode } from 'react'
import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { restoreAccountSchema } from '@/lib/accounts/schema'
import * as labels from '@/lib/labels/private'
import { restoreAccountAction } from './actions'

const { Form } = formFor<typeof restoreAccountSchema>()

/** A deleted account, described by `children`, with a button that restores it. */
export function RestoreForm({ id, name, children }: { id: string; name: string; children: ReactNode }) {
  return (
    <Form action={restoreAccountAction} hidden={{ id }} className="flex flex-wrap items-center gap-x-4 gap-y-2 pt-3">
      <div className="min-w-0 flex-1 basis-52">{children}</div>
      <SubmitButton look="quiet" label={labels.restoreAccount(name)}>
        Restore
      </SubmitButton>
      <div className="-mt-4 basis-full">
        <FormOutcome />
      </div>
    </Form>
  )
}
