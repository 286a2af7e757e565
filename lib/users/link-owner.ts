import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import { invalid, type Outcome, ok } from '@/lib/outcome'
import { database } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { authenticate } from './users'

/** The person who presses the button on the page of an emailed link. */
export type LinkOpener = {
  /** the user who is signed in in this browser */
  scope: UserScope | null
  /** the password typed next to the button */
  password?: string | undefined
  request: RequestInfo
  /** the value of the browser's device cookie */
  device?: string | undefined
  defer: (work: () => Promise<void>) => void
}

/**
 * Requires that the person who opened a link is its user: they are signed in, or enter the user's password. The link alone
 * only proves access to the inbox, and another person may have registered with its address.
 * @returns `invalid` if the password is missing or wrong
 * @throws RateLimited after too many wrong passwords; HashingBusy if the hashing queue is full
 */
export async function requireLinkOwner(userId: string, { scope, password, ...from }: LinkOpener): Promise<Outcome<null>> {
  if (scope?.user.id === userId) return ok(null)
  if (!password) return invalid({ password: 'password-missing' })
  const user = await database().user.findUnique({ where: { id: userId }, select: { email: true } })
  const authenticated = user && (await authenticate({ email: user.email, password }, from))
  return authenticated?.userId === userId ? ok(null) : invalid({ password: 'password-incorrect' })
}
