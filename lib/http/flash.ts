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

/** Returns the flash message that the request carries, with the sentence to show. The user could have changed it. */
export async function readFlash(): Promise<{ message: string; sentence: string } | undefined> {
  const message = decodeURIComponent((await headers()).get(FLASH_HEADER) ?? '')
  const sentence = readSentence(message)
  return sentence === undefined ? undefined : { message, sentence }
}
