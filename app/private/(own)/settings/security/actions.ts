'use server'

import { userAction } from '@/lib/action'
import { confirmTotp, removeTotp, startTotp } from '@/lib/factors/authenticator'
import { forgetBrowser } from '@/lib/factors/browsers'
import { dismissSheet, renewRecoveryCodes } from '@/lib/factors/recovery-codes'
import { browserSchema, confirmTotpSchema } from '@/lib/factors/schema'
import { message } from '@/lib/messages'
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
