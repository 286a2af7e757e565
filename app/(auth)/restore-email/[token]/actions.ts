'use server'

import { publicAction } from '@/lib/action'
import { openPath } from '@/lib/http/link-paths'
import { clearLinkToken, readShownToken, setLinkToken } from '@/lib/http/link-token-cookie'
import { message } from '@/lib/messages'
import { conflict } from '@/lib/outcome'
import { undoEmailChange } from '@/lib/users/email-undo'
import { linkSchema } from '@/lib/users/schema'

/** Restores the old email, and redirects to the form for a new password. */
export const restoreEmailAction = publicAction(
  { schema: linkSchema },
  async ({ input: { link }, request }) => {
    const token = await readShownToken('restore-email', link)
    return token ? undoEmailChange(token, request) : conflict('link-expired')
  },
  async ({ email, resetToken }) => {
    await clearLinkToken('restore-email')
    await setLinkToken('reset-password', resetToken)
    return { redirectTo: openPath('reset-password'), message: message('email-restored', { email }) }
  },
)
