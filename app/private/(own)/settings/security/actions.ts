'use server'

import { userAction } from '@/lib/action'
import { confirmTotp, removeTotp, startTotp } from '@/lib/factors/authenticator'
import { forgetBrowser } from '@/lib/factors/browsers'
import { addPasskey, newPasskeyOptions, removePasskey, renamePasskey } from '@/lib/factors/passkeys'
import { dismissSheet, renewRecoveryCodes } from '@/lib/factors/recovery-codes'
import { addPasskeySchema, browserSchema, confirmTotpSchema, passkeySchema, renamePasskeySchema } from '@/lib/factors/schema'
import { ensureDeviceCookie, readDeviceCookie } from '@/lib/http/device-cookie'
import { message } from '@/lib/messages'
import { ok } from '@/lib/outcome'
import { requireUser } from '@/lib/scope'
import { scriptAction } from '@/lib/script-action'
import { emptySchema } from '@/lib/validation'

const SECURITY = '/private/settings/security'

/** Starts to set up an authenticator app. */
export const startTotpAction = userAction(
  { schema: emptySchema, recentAuth: true },
  ({ scope }) => startTotp(scope),
  () => ({ redirectTo: `${SECURITY}/authenticator` }),
)

/** Finishes it with a code of the app, and shows the first recovery codes. */
export const confirmTotpAction = userAction(
  { schema: confirmTotpSchema, secrets: ['code'], recentAuth: true },
  ({ scope, input, request }) => confirmTotp(scope, input, request),
  ({ hasNewCodes }) =>
    hasNewCodes
      ? { redirectTo: `${SECURITY}/recovery-codes`, message: 'totp-added' }
      : { redirectTo: SECURITY, message: 'totp-added-again' },
)

export const removeTotpAction = userAction(
  { schema: emptySchema, recentAuth: true },
  ({ scope, request }) => removeTotp(scope, request),
  'totp-removed',
)

/** Replaces the user's recovery codes, and shows the new ones. */
export const renewRecoveryCodesAction = userAction(
  { schema: emptySchema, recentAuth: true },
  ({ scope, request }) => renewRecoveryCodes(scope, request),
  () => ({ redirectTo: `${SECURITY}/recovery-codes`, message: 'recovery-codes-made' }),
)

/** Hides the new recovery codes, once the user has saved them. */
export const dismissSheetAction = userAction(
  { schema: emptySchema },
  ({ scope }) => dismissSheet(scope),
  () => ({ redirectTo: SECURITY, message: 'recovery-codes-saved' }),
)

/** Asks for a second factor in a browser again. */
export const forgetBrowserAction = userAction(
  { schema: browserSchema },
  ({ scope, input: { handle }, request }) => forgetBrowser(scope, handle, request),
  ({ device }) => message('browser-forgotten', { device }),
)

/** Asks for the password if it was not entered lately, and goes to the page that adds a passkey. */
export const startPasskeyAction = userAction(
  { schema: emptySchema, recentAuth: true },
  async () => ok(null),
  () => ({ redirectTo: `${SECURITY}/passkey` }),
)

/** Returns a challenge for a new passkey. */
export const newPasskeyOptionsAction = scriptAction('passkey-challenge', async () => {
  const { id } = await ensureDeviceCookie({ notifyIfNew: false })
  return newPasskeyOptions(await requireUser(), id)
})

export const addPasskeyAction = userAction(
  { schema: addPasskeySchema, secrets: ['response'], recentAuth: true },
  async ({ scope, input, request }) => addPasskey(scope, input, { request, deviceId: (await readDeviceCookie()) ?? '' }),
  ({ hasNewCodes }) =>
    hasNewCodes
      ? { redirectTo: `${SECURITY}/recovery-codes`, message: 'passkey-added' }
      : { redirectTo: SECURITY, message: 'passkey-added-again' },
)

export const renamePasskeyAction = userAction(
  { schema: renamePasskeySchema },
  ({ scope, input, request }) => renamePasskey(scope, input, request),
  'passkey-renamed',
)

export const removePasskeyAction = userAction(
  { schema: passkeySchema, recentAuth: true },
  ({ scope, input, request }) => removePasskey(scope, input, request),
  'passkey-removed',
)
