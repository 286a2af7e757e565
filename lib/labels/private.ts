// The names of fields, buttons, links, and headings on pages that require a session, for pages and tests to import as `labels`.
// Those of other pages are in lib/labels/public.ts, and those of a resource in lib/<resource>/labels.ts.

export {
  accountName,
  code,
  continueButton,
  createAccount,
  getStarted,
  newPassword,
  signOut,
  undo,
  verifyInNewTab,
  yourAccounts,
  yourName,
  yourPassword,
} from './public'

// Lists, forms, and menus
export const name = 'Name'
export const save = 'Save'
export const clear = 'Clear'
export const apply = 'Apply'
export const show = 'Show'
export const sort = 'Sort'
export const nextPage = 'Next page'
export const backToStart = 'Back to start'
export const actionsFor = (name: string) => `Actions for ${name}`

// Navigation
export const menu = 'Menu'
export const navigation = 'Navigation'
export const inThisAccount = 'In this account'
export const yourMenu = (name: string) => `Your menu: ${name}`
export const yourSettings = 'Your settings'
export const unreachable = 'We couldn’t reach the server, and this page is unchanged. Check your connection.'
export const searchAccounts = 'Search accounts'
export const searchFailed = 'We couldn’t search. Check your connection, then type again.'
export const commandPalette = 'Command palette'
export const keyboardShortcuts = 'Keyboard shortcuts'

// Your accounts
export const newAccount = 'New account'
export const noAccountsYet = 'No accounts yet'
export const noActiveAccounts = 'No active accounts'
export const accountSuspended = 'This account is suspended'
export const restoreAccount = (name: string) => `Restore ${name}`
export const acceptInvitationTo = (name: string) => `Accept the invitation to ${name}`
export const emailConfirmation = 'Email confirmation'

// Your settings
export const newEmail = 'New email'
export const changeEmail = 'Change email'
export const currentPassword = 'Current password'
export const changePassword = 'Change password'
export const endSessionOn = (device: string) => `End session on ${device}`
export const endAllOtherSessions = 'End all other sessions'
export const getMyData = 'Get my data'
export const downloadAsJson = 'Download as JSON'
export const yourEmail = 'Your email'
export const deleteProfile = 'Delete profile'

// Second factors
export const setUp = 'Set up'
export const setUpSecondFactor = 'Set up a second factor'
export const addAuthenticatorApp = 'Add authenticator app'
export const addPasskey = 'Add a passkey'
export const createPasskey = 'Create a passkey'
export const saveRecoveryCodes = 'Save your recovery codes'
export const savedTheseCodes = 'I saved these codes'
export const renameFactor = (name: string) => `Rename ${name}`
export const removeFactor = (name: string) => `Remove ${name}`

// Events
export const event = 'Event'
export const person = 'Person'
export const fromUtc = 'From (UTC)'
export const toUtc = 'To (UTC)'
export const noEventsMatch = 'No events match these filters'
export const exportAsCsv = 'Export as CSV'

// An account: its overview and settings
export const hideChecklist = 'Hide the checklist'
export const exportAsJson = 'Export as JSON'
export const confirmDeletion = 'Confirm deletion'
export const deleteAccount = 'Delete account'

// Its security policy
export const requiredFor = 'Required for'
export const acceptAuthenticatorApps = 'Accept authenticator apps'
export const acceptRememberedBrowsers = 'Accept remembered browsers'
export const askAgainIfUnused = 'Ask again if a session was unused'
export const allowedNetworks = 'Allowed networks'
export const reviewChanges = 'Review changes'
export const savePolicy = 'Save policy'

// Its members
export const searchMembers = 'Search members'
export const role = 'Role'
export const changeRole = 'Change role'
export const transferOwnership = 'Transfer ownership'
export const offerOwnership = 'Offer ownership'
export const withdrawOffer = 'Withdraw offer'
export const acceptOwnership = 'Accept ownership'
export const viewOfferOf = (name: string) => `View offer of ownership of ${name}`
export const onlyOwner = 'You’re the only owner'
export const removeFromAccount = 'Remove from account'
export const leaveAccount = 'Leave account'

// Its invitations
export const invitePeople = 'Invite people'
export const emailAddresses = 'Email addresses'
export const sendInvitations = 'Send invitations'
export const pendingInvitations = 'Pending invitations'
export const noPendingInvitations = 'No pending invitations'
export const sendAgainTo = (email: string) => `Send again to ${email}`
export const revokeInvitationTo = (email: string) => `Revoke the invitation to ${email}`
