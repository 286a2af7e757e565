'use client'

import { Download } from 'lucide-react'
import { z } from 'zod'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Form, FormOutcome, useFormParts } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { deleteUserSchema } from '@/lib/users/schema'
import { deleteUserAction, prepareDownloadAction } from './actions'

const nothing = z.object({})

export function DownloadForm() {
  return (
    <Form action={prepareDownloadAction} schema={nothing}>
      <DownloadButton />
      <FormOutcome />
    </Form>
  )
}

function DownloadButton() {
  const { state } = useFormParts()
  if (state.status !== 'success') return <SubmitButton look="quiet">Get my data</SubmitButton>
  return (
    <Button asChild>
      <a href="/private/settings/data/export">
        <Download className="size-4" aria-hidden="true" />
        Download as JSON
      </a>
    </Button>
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
