'use client'

import { useEffect } from 'react'
import { useFormStatus } from 'react-dom'
import { showProgress } from './show-progress'

/** The progress line, for what a pressed button started after its menu or toast has closed. */
export function Progress({ isPending }: { isPending: boolean }) {
  useEffect(() => (isPending ? showProgress() : undefined), [isPending])
  return null
}

/** The {@link Progress} of the form around it, which has its own action. */
export function FormProgress() {
  return <Progress isPending={useFormStatus().pending} />
}
