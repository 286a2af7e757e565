'use client'

import { useId } from 'react'
import { useFormParts } from '@/components/ui/form'
import { RECENT_AUTH_FIELD } from '@/lib/form'
import * as labels from '@/lib/labels/public'
import { PasswordField } from './password-field'

/** Asks for the user's password again. Renders nothing until the action requires it. */
export function RecentAuthField() {
  const { state } = useFormParts()
  const id = useId()
  if (state.status !== 'error' || !state.proof) return null
  return (
    <div className="appearing w-full max-w-[400px] pt-2">
      <PasswordField
        name={RECENT_AUTH_FIELD}
        id={`${RECENT_AUTH_FIELD}-${id}`}
        label={labels.yourPassword}
        help={
          <>
            Enter your password to continue.
            {/* with JavaScript, the form keeps what was typed */}
            {state.proof.hasSecrets ? <noscript> Enter any other passwords in this form again.</noscript> : null}
          </>
        }
      />
    </div>
  )
}
