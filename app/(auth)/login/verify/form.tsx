'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import type { verifyFactorSchema } from '@/lib/factors/schema'
import * as labels from '@/lib/labels/public'
import { verifyFactorAction } from './actions'

const { Form, Field, Checkbox } = formFor<typeof verifyFactorSchema>()
const loadSchema = () => import('@/lib/factors/schema').then((rules) => rules.verifyFactorSchema)

export function VerifyForm({ callbackUrl, isRecovery }: { callbackUrl: string; isRecovery: boolean }) {
  return (
    <Form action={verifyFactorAction} schema={loadSchema} hidden={{ callbackUrl }} className="mt-2">
      {isRecovery ? (
        <Field
          name="code"
          label={labels.recoveryCode}
          help="Each code works once."
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          required
        />
      ) : (
        <>
          <Field
            name="code"
            label={labels.code}
            help="The six digits in your authenticator app."
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            required
          />
          <Checkbox name="trust" label={labels.trustBrowser} />
        </>
      )}
      <SubmitButton className="mt-2 w-full">{labels.continueButton}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
