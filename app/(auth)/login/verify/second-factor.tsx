import { PasskeyButton } from '@/components/passkey-button'
import { FormLink } from '@/components/ui/form-link'
import { FACTOR_METHODS } from '@/lib/account-policies/schema'
import type { Factors } from '@/lib/factors/list'
import { type Route, withQuery } from '@/lib/http/paths'
import * as labels from '@/lib/labels/public'
import { verifyOptionsAction, verifyPasskeyAction } from './actions'
import { VerifyForm } from './form'

type FactorMethod = (typeof FACTOR_METHODS)[number]

/** The value of the parameter `with` that asks for a recovery code. */
export const RECOVERY = 'recovery-code'

/** Returns the ways a user can verify a second factor. @param accepted the factors that count, besides recovery codes */
export function waysToVerify({ totp, passkeys, recoveryCodes }: Factors, accepted: readonly FactorMethod[] = FACTOR_METHODS) {
  return {
    hasCode: totp.length > 0 && accepted.includes('totp'),
    hasPasskey: passkeys.length > 0 && accepted.includes('passkey'),
    hasRecoveryCode: recoveryCodes > 0,
  }
}

/**
 * The forms that verify a second factor: a passkey, and an authenticator app code or a recovery code.
 * @param page the path of the page that shows them
 * @param isRecovery whether the user asked to enter a recovery code
 */
export function SecondFactor({
  ways: { hasCode, hasPasskey, hasRecoveryCode },
  page,
  callbackUrl,
  isRecovery,
}: {
  ways: ReturnType<typeof waysToVerify>
  page: Route
  callbackUrl: Route
  isRecovery: boolean
}) {
  const asksForRecoveryCode = hasRecoveryCode && (isRecovery || !hasCode)
  return (
    <>
      {hasPasskey ? (
        <PasskeyButton
          label={labels.usePasskey}
          ceremony="use"
          options={verifyOptionsAction}
          action={verifyPasskeyAction}
          fields={{ callbackUrl }}
          className="w-full"
        />
      ) : null}
      {hasCode || hasRecoveryCode ? (
        <VerifyForm key={String(asksForRecoveryCode)} callbackUrl={callbackUrl} isRecovery={asksForRecoveryCode} />
      ) : null}
      {hasCode && hasRecoveryCode ? (
        <p className="mt-4">
          <FormLink href={withQuery(page, { callbackUrl, with: asksForRecoveryCode ? undefined : RECOVERY })}>
            {asksForRecoveryCode ? 'Use your authenticator app' : labels.useRecoveryCode}
          </FormLink>
        </p>
      ) : null}
    </>
  )
}
