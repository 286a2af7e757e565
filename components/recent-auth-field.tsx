'use client'

import { useId } from 'react'
import { useFormParts } from '@/components/ui/form'
import { RECENT_AUTH_FIELD } from '@/lib/form'
import { PasswordField } from './password-field'

/** One's password once more, where a form needs it to go on. Nothing is there until an answer has asked for it. */
export function RecentAuthField() {
  const { state } = useFormParts()
  const id = useId()
  if (state.status !== 'error' || !state.proof) return null
  return (
    <div className="appearing w-full max-w-[400px] pt-2">
      <PasswordField
        name={RECENT_AUTH_FIELD}
        id={`${RECENT_AUTH_FIELD}-${id}`}
        label="Your password"
        help={
          <>
            Confirm with your password to go on.
            {/* with a script the page is still the one that was typed in */}
            {state.proof.hasSecrets ? <noscript> What you typed in other password fields is not kept: type it again.</noscript> : null}
          </>
        }
      />
    </div>
  )
}
