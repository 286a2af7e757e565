import 'server-only'
import { headers } from 'next/headers'
import { after } from 'next/server'

// Without JavaScript the page comes back in the answer to its own form. When the form has gone with what it did, such as
// the row of what was deleted, nothing in that page would say that it is done: so the page around it says it. Kept in
// memory for as long as the request lasts, under the id that scripts/serve.mjs gave it; nothing is sent to the browser.

const kept = globalThis as typeof globalThis & { atriumSaid?: Map<string, string> }
kept.atriumSaid ??= new Map()
const said = kept.atriumSaid

/** Keeps the sentence for the page of the same answer. Where a script has called the action, the script says it. */
export function flash(requestHeaders: Headers, sentence: string): void {
  const id = requestHeaders.get('x-request-id')
  if (!id || requestHeaders.has('next-action')) return
  said.set(id, sentence)
  after(() => said.delete(id))
}

/** @returns what an action has said in this very request, if one has */
export async function readFlash(): Promise<string | undefined> {
  return said.get((await headers()).get('x-request-id') ?? '')
}
