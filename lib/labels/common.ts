// The names that forms, error pages, and layouts use. They are on every page, so this module stays small. See lib/labels/public.ts.

export const goToYourAccounts = 'Go to your accounts'
export const pageNotFound = 'Page not found'
export const tryAgain = 'Try again'
export const undo = 'Undo'
export const verifyInNewTab = 'Verify in a new tab'
