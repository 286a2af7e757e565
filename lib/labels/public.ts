// The names of fields, buttons, links, and headings on public pages: sign-up, sign-in, and the pages that emailed links open.
// Pages and tests import them as `labels`, so that a text changes in one place. Each is its own constant, so that the
// JavaScript of a page contains only those that its forms use.

export { goToYourAccounts, pageNotFound, tryAgain, undo, verifyInNewTab } from './common'

// Fields
export const accountName = 'Account name'
export const yourName = 'Your name'
export const email = 'Email'
export const password = 'Password'
export const yourPassword = 'Your password'
export const newPassword = 'New password'
export const showCharacters = 'Show characters'
export const rememberMe = 'Remember me'
export const code = 'Code'
export const recoveryCode = 'Recovery code'
export const trustBrowser = 'Don’t ask again on this browser for 30 days'

// Signing up and signing in
export const createAccount = 'Create account'
export const signIn = 'Sign in'
export const signInByEmail = 'Sign in by email'
export const emailSignInLink = 'Email me a sign-in link'
export const showCode = 'Show the code'
export const enterCodeElsewhere = 'Enter this code in your other browser'
export const checkYourEmail = 'Check your email'
export const usePasskey = 'Use a passkey'
export const useRecoveryCode = 'Use a recovery code'
export const continueButton = 'Continue'
export const signOut = 'Sign out'
export const needInvitation = 'You need an invitation'

// Passwords and emailed links
export const forgotPassword = 'Forgot your password?'
export const sendResetLink = 'Send reset link'
export const setPassword = 'Set password'
export const setPasswordWithPasskey = 'Set password with a passkey'
export const confirmEmail = 'Confirm email'
export const confirmNewEmail = 'Confirm new email'
export const emailIsConfirmed = 'Your email is confirmed'
export const keepEmail = 'Keep this email'
export const sendNewLink = 'Send a new link'
export const deadLink = 'This link no longer works'

// Invitations
export const joinAccount = (name: string) => `Join ${name}`
export const signUpAndJoin = 'Sign up and join'
export const signInToAccept = 'Sign in to accept'
export const signOutAndContinue = 'Sign out and continue'
export const deadInvitation = 'This invitation is no longer valid'

// Every page and form
export const yourAccounts = 'Your accounts'
export const getStarted = 'Get started'
