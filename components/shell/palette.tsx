'use client'

import { useEffect, useRef } from 'react'
import type { Route } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { Commands } from './commands'
import { Shortcuts } from './shortcuts'

/** The command palette or the list of shortcuts, in a dialog. Loaded when one of them first opens. */
export function Palette({
  dialog,
  navigate,
  onClose,
}: {
  dialog: 'palette' | 'shortcuts'
  navigate: (href: Route) => void
  onClose: () => void
}) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    element.current?.showModal()
    element.current?.querySelector<HTMLElement>('input, button')?.focus()
  }, [])
  const close = () => element.current?.close()
  return (
    <dialog
      ref={element}
      aria-label={dialog === 'palette' ? labels.commandPalette : labels.keyboardShortcuts}
      onClose={onClose}
      onPointerDown={({ target }) => target === element.current && close()} // the backdrop
      className="mx-auto mt-[12dvh] mb-auto w-[min(36rem,calc(100vw-2rem))] rounded-panel border border-line bg-surface-raised p-0 text-ink shadow-float backdrop-dim"
    >
      {dialog === 'palette' ? <Commands navigate={navigate} close={close} /> : <Shortcuts close={close} />}
    </dialog>
  )
}
