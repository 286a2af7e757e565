import 'server-only'
import { createHash } from 'node:crypto'
import { cookies } from 'next/headers'
import { type LinkKind, linkCookie } from './link-paths'

/** The link of a kind that this browser has opened last. `token` is empty when there is none. */
export type LinkToken = {
  token: string
  /** for the form of a page, which sends it back: it tells the link and does not open it */
  id: string
}

/** Reads the link that the gate has put into the cookie. */
export async function readLinkToken(kind: LinkKind): Promise<LinkToken> {
  const token = (await cookies()).get(linkCookie(kind).name)?.value ?? ''
  return { token, id: createHash('sha256').update(`shown ${token}`).digest('base64url').slice(0, ID_LENGTH) }
}

const ID_LENGTH = 16 // of base64url: 96 bits

/**
 * The token of the link that a page showed, for an action of that page: another tab may have opened another link since.
 * @param id as the page's form sent it
 * @returns null when the cookie holds another link by now, or none
 */
export async function readShownToken(kind: LinkKind, id: string): Promise<string | null> {
  const held = await readLinkToken(kind)
  return held.token && held.id === id ? held.token : null
}

/** Puts a token into the cookie without a mail, for whoever has proven the same in another way just now. */
export async function setLinkToken(kind: LinkKind, token: string): Promise<void> {
  const { name, options } = linkCookie(kind)
  ;(await cookies()).set({ ...options, name, value: token })
}

/** Takes the cookie away, once its link is used. */
export async function clearLinkToken(kind: LinkKind): Promise<void> {
  const { name, options } = linkCookie(kind)
  ;(await cookies()).set({ ...options, name, value: '', maxAge: 0 })
}
