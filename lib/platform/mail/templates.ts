import { ACCOUNT_TEMPLATES } from './templates/account'
import { EMAIL_CHANGE_TEMPLATES } from './templates/email-change'
import { FACTOR_TEMPLATES } from './templates/factors'
import { SECURITY_TEMPLATES } from './templates/security'
import { SIGN_UP_TEMPLATES } from './templates/sign-up'

/** Every email the app sends, by the name it is queued under. */
export const TEMPLATES = {
  ...SIGN_UP_TEMPLATES,
  ...SECURITY_TEMPLATES,
  ...FACTOR_TEMPLATES,
  ...EMAIL_CHANGE_TEMPLATES,
  ...ACCOUNT_TEMPLATES,
}
