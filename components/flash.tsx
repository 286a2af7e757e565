import { randomUUID } from 'node:crypto'
import type { ReactNode } from 'react'
import { readFlash } from '@/lib/http/flash'
import { FlashMessage } from './flash-message'

/**
 * The message of the action that redirected here, once.
 * @param undoOf returns the form that undoes what a message announces, if there is one
 */
export async function Flash({ undoOf }: { undoOf?: (message: string) => ReactNode }) {
  const flash = await readFlash()
  if (!flash) return null
  return (
    <FlashMessage key={randomUUID()} sentence={flash.sentence}>
      {undoOf?.(flash.message)}
    </FlashMessage>
  )
}
