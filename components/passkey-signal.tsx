'use client'

import { useEffect } from 'react'

type SignalApi = {
  signalAllAcceptedCredentials?: (accepted: { rpId: string; userId: string; allAcceptedCredentialIds: string[] }) => Promise<void>
}

/** Tells the browser which passkeys of the user still work, where it has the Signal API, so that it hides removed ones. */
export function PasskeySignal({ rpId, userId, credentialIds }: { rpId: string; userId: string; credentialIds: string[] }) {
  const ids = credentialIds.join(' ')
  useEffect(() => {
    const api = window.PublicKeyCredential as unknown as SignalApi | undefined
    api?.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds: ids ? ids.split(' ') : [] }).catch(() => undefined)
  }, [rpId, userId, ids])
  return null
}
