'use client'

import { Download } from 'lucide-react'
import { formFor } from '@/components/form-for'
import { Button } from '@/components/ui/button'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { emptySchema } from '@/lib/form'
import { deleteUserSchema } from '@/lib/users/schema'
import { deleteUserAction, prepareDownloadAction } from './actions'

const Preparation = formFor<typeof emptySchema>()
const { Form, Field } = formFor<typeof deleteUserSchema>()

/** @param isReady whether the user has just entered their password, so that the file can be downloaded */
export function DownloadForm({ isReady }: { isReady: boolean }) {
  if (isReady)
    return (
      <Button asChild>
        <a href="/private/settings/data/export">
          <Download className="size-4" aria-hidden="true" />
          Download as JSON
        </a>
      </Button>
    )
  return (
    <Preparation.Form action={prepareDownloadAction} schema={emptySchema}>
      <SubmitButton look="quiet">Get my data</SubmitButton>
      <FormOutcome />
    </Preparation.Form>
  )
}

export function DeleteForm({ email }: { email: string }) {
  return (
    <Form action={deleteUserAction} schema={deleteUserSchema} className="max-w-[400px]">
      <Field
        name="confirmation"
        label="Your email"
        help={
          <>
            Type <strong className="font-semibold text-ink">{email}</strong> to confirm.
          </>
        }
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <SubmitButton look="danger" className="mt-2">
        Delete profile
      </SubmitButton>
      <FormOutcome />
    </Form>
  )
}
