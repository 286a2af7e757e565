import 'server-only'
import { createHash } from 'node:crypto'
import { cookies } from 'next/headers'
import { LINK_KINDS, type LinkKind, linkCookie } from './link-paths'

/** The link of a kind that this browser opened last. `token` is empty if there is none. */
export type LinkToken = {
  token: string
  /** identifies the link in the page's form, and cannot be used in its place */
  id: string
}

/** Reads the token that the middleware stored in the cookie. */
export async function readLinkToken(kind: LinkKind): Promise<LinkToken> {
  const token = (await cookies()).get(linkCookie(kind).name)?.value ?? ''
  return { token, id: createHash('sha256').update(`shown ${token}`).digest('base64url').slice(0, ID_LENGTH) }
}

const ID_LENGTH = 16 // of base64url: 96 bits

/**
 * Reads the token of the link that a page was opened with, for an action of that page.
 * @param id from the page's form
 * @returns null if the cookie is gone, or if another tab has opened another link since
 */
export async function readShownToken(kind: LinkKind, id: string): Promise<string | null> {
  const current = await readLinkToken(kind)
  return current.token && current.id === id ? current.token : null
}

/** Stores a token in the cookie as if its link had been opened, for a user who proved access to the inbox in another way. */
export async function setLinkToken(kind: LinkKind, token: string): Promise<void> {
  const { name, options } = linkCookie(kind)
  ;(await cookies()).set({ ...options, name, value: token })
}

/** Clears the cookies of all kinds, at sign-out. @param keep the link that the browser signs out to use, if there is one */
export async function clearLinkTokens({ keep }: { keep?: LinkKind | undefined } = {}): Promise<void> {
  for (const kind of LINK_KINDS) if (kind !== keep) await clearLinkToken(kind)
}

/** Clears the cookie, once its link is used. */
export async function clearLinkToken(kind: LinkKind): Promise<void> {
  const { name, options } = linkCookie(kind)
  ;(await cookies()).set({ ...options, name, value: '', maxAge: 0 })
}
