'use client'

import { useId } from 'react'
import { PROOF_FIELD } from '@/lib/form'
import { useFormParts } from '@/components/ui/form'
import { PasswordField } from './password-field'

/** One's password once more, where a form needs it to go on. Nothing is there until an answer has asked for it. */
export function ProofField() {
  const { state } = useFormParts()
  const id = useId()
  if (state.status !== 'error' || !state.proof) return null
  return (
    <div className="appearing w-full max-w-[400px] pt-2">
      <PasswordField
        name={PROOF_FIELD}
        id={`${PROOF_FIELD}-${id}`}
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
