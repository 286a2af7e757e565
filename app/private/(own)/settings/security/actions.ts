'use server'

import { userAction } from '@/lib/action'
import { confirmTotp, startTotp } from '@/lib/factors/authenticator'
import { addPasskey, newPasskeyOptions } from '@/lib/factors/passkeys'
import { dismissSheet, renewRecoveryCodes } from '@/lib/factors/recovery-codes'
import { removeFactor, renameFactor } from '@/lib/factors/removal'
import { addPasskeySchema, confirmTotpSchema, enrollSchema, factorSchema, renameFactorSchema } from '@/lib/factors/schema'
import { ensureDeviceCookie, readDeviceCookie } from '@/lib/http/device-cookie'
import { withQuery } from '@/lib/http/paths'
import { message } from '@/lib/messages'
import { ok } from '@/lib/outcome'
import { requireUser } from '@/lib/scope'
import { scriptAction } from '@/lib/script-action'
import { emptySchema } from '@/lib/validation'

const SECURITY = '/private/settings/security'

/** Starts to set up an authenticator app. */
export const startTotpAction = userAction(
  { schema: enrollSchema, recentAuth: true },
  ({ scope }) => startTotp(scope),
  (_, { input: { next } }) => ({ redirectTo: withQuery(`${SECURITY}/authenticator`, { next }) }),
)

/** Finishes it with a code from the app, and shows the first recovery codes. */
export const confirmTotpAction = userAction(
  { schema: confirmTotpSchema, secrets: ['code'], recentAuth: true },
  ({ scope, input, request }) => confirmTotp(scope, input, request),
  ({ hasNewCodes }, { input: { next } }) =>
    hasNewCodes
      ? { redirectTo: withQuery(`${SECURITY}/recovery-codes`, { next }), message: 'totp-added' }
      : { redirectTo: next ?? SECURITY, message: 'totp-added-again' },
)

/** Renames an authenticator app or a passkey. */
export const renameFactorAction = userAction(
  { schema: renameFactorSchema },
  ({ scope, input, request }) => renameFactor(scope, input, request),
  'factor-renamed',
)

/** Removes an authenticator app or a passkey. */
export const removeFactorAction = userAction(
  { schema: factorSchema, recentAuth: true },
  ({ scope, input, request }) => removeFactor(scope, input, request),
  ({ name }) => message('factor-removed', { name }),
)

/** Replaces the user's recovery codes, and shows the new ones. */
export const renewRecoveryCodesAction = userAction(
  { schema: emptySchema, recentAuth: true },
  ({ scope, request }) => renewRecoveryCodes(scope, request),
  () => ({ redirectTo: `${SECURITY}/recovery-codes`, message: 'recovery-codes-made' }),
)

/** Hides the new recovery codes, once the user has saved them. */
export const dismissSheetAction = userAction(
  { schema: enrollSchema },
  ({ scope }) => dismissSheet(scope),
  (_, { input: { next } }) => ({ redirectTo: next ?? SECURITY, message: 'recovery-codes-saved' }),
)

/** Asks for the password if it was not entered recently, and goes to the page that adds a passkey. */
export const startPasskeyAction = userAction(
  { schema: enrollSchema, recentAuth: true },
  async () => ok(null),
  (_, { input: { next } }) => ({ redirectTo: withQuery(`${SECURITY}/passkey`, { next }) }),
)

/** Returns a challenge for a new passkey. */
export const newPasskeyOptionsAction = scriptAction('passkey-challenge', async () => {
  const { id } = await ensureDeviceCookie({ notifyIfNew: false })
  return newPasskeyOptions(await requireUser(), id)
})

export const addPasskeyAction = userAction(
  { schema: addPasskeySchema, secrets: ['response'], recentAuth: true },
  async ({ scope, input, request }) => addPasskey(scope, input, { request, deviceId: (await readDeviceCookie()) ?? '' }),
  ({ hasNewCodes }, { input: { next } }) =>
    hasNewCodes
      ? { redirectTo: withQuery(`${SECURITY}/recovery-codes`, { next }), message: 'passkey-added' }
      : { redirectTo: next ?? SECURITY, message: 'passkey-added-again' },
)
