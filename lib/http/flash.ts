import 'server-only'
import { cookies, headers } from 'next/headers'
import { type Message, readSentence } from '@/lib/messages'
import { FLASH_HEADER, flashCookie } from './flash-cookie'

/**
 * Keeps a message for the page that an action redirects to, which shows it once.
 * If a script called the action, Next renders that page itself, within the same request and with the cookies set here.
 * The browser must then not keep the cookie, so its lifetime is zero.
 */
export async function flash(message: Message): Promise<void> {
  const isScript = (await headers()).has('next-action')
  const { name, options } = flashCookie()
  ;(await cookies()).set({ ...options, name, value: message, ...(isScript ? { maxAge: 0 } : {}) })
}

/** @returns the sentence that the page shows, if the request carries a flash message */
export async function readFlash(): Promise<string | undefined> {
  const text = (await headers()).get(FLASH_HEADER)
  return text === null ? undefined : readSentence(decodeURIComponent(text))
}
