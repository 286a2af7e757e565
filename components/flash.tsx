import { randomUUID } from 'node:crypto'
import { readFlash } from '@/lib/http/flash'
import { FlashMessage } from './flash-message'

/** The message of the action that redirected here, once. */
export async function Flash() {
  const sentence = await readFlash()
  return sentence ? <FlashMessage key={randomUUID()} sentence={sentence} /> : null
}
