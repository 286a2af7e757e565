import 'server-only'
import { cookies, headers } from 'next/headers'
import { type Message, readSentence } from '@/lib/messages'
import { FLASH_HEADER, flashCookie } from './flash-cookie'

/**
 * Stores a message for the page that an action redirects to, which shows it once.
 * If JavaScript called the action, Next renders that page within the same request, with the cookies set here. The browser
 * must not keep the cookie then, so its lifetime is zero.
 */
export async function flash(message: Message): Promise<void> {
  const hasJavaScript = (await headers()).has('next-action')
  const { name, options } = flashCookie()
  ;(await cookies()).set({ ...options, name, value: message, ...(hasJavaScript ? { maxAge: 0 } : {}) })
}

/** Returns the sentence to show, or undefined if the request carries no flash message. */
export async function readFlash(): Promise<string | undefined> {
  const text = (await headers()).get(FLASH_HEADER)
  return text === null ? undefined : readSentence(decodeURIComponent(text))
}
