'use client'

import { unstable_isUnrecognizedActionError, unstable_rethrow } from 'next/navigation'
import { type FormAction, type FormState, IDLE } from '@/lib/form'
import * as labels from '@/lib/labels/common'
import { loadToasts, showToast } from './toast'

/** The action that undoes what a form did, such as restoring what it archived, and the fields that it is sent. */
export type Undo = { action: FormAction<string>; fields: Record<string, string> }

type Options = { action: FormAction<string>; successIn: 'toast' | 'form'; undo?: Undo | undefined; onSuccess?: (() => void) | undefined }

const TIMEOUT_MS = 30_000

// In the browser's code, not in the catalog of messages, because nothing can be loaded when they are needed.
const UNREACHABLE = 'We couldn’t reach the server, and your changes are still here. Check your connection.'
const FAILED = 'Something went wrong on our side, and your changes are still here.'
const OUTDATED = 'This page is from an earlier version of the app. Your changes are still here: copy what you need, then reload the page.'
const UNDO_FAILED = 'We couldn’t undo this. Reload the page, then try again.'

/**
 * The same action, with a toast for its success, and with an error in the form if the request fails. The toast does not depend
 * on the form, which may have been removed, such as with a deleted row. The server renders the action unchanged, so that the
 * form can post without JavaScript.
 */
export function withRequest({ action, successIn, undo, onSuccess }: Options): FormAction<string> {
  if (typeof window === 'undefined') return action
  return async (previous, form) => {
    const isAnnounced = successIn === 'toast'
    if (isAnnounced) loadToasts().catch(() => undefined) // while the action runs
    const result = await request(action, previous, form)
    if (result.status === 'success') {
      if (isAnnounced) void showToast({ tone: 'success', text: result.message, ...offerUndo(undo) })
      onSuccess?.()
    }
    return result
  }
}

/** Builds the toast's "Undo", which also says how it went. */
export function offerUndo(undo: Undo | undefined) {
  if (!undo) return {}
  const run = async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(undo.fields)) form.set(name, value)
    const result = await request(undo.action, IDLE, form)
    if (result.status === 'success') return showToast({ tone: 'success', text: result.message })
    return showToast({ tone: 'error', text: (result.status === 'error' && !result.failures && result.message) || UNDO_FAILED })
  }
  return { action: { label: labels.undo, run } }
}

/** Calls the action. If the request fails, returns an error that keeps what the form shows. */
async function request(action: FormAction<string>, previous: FormState, form: FormData): Promise<FormState> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TypeError('timeout')), TIMEOUT_MS)
  })
  try {
    return await Promise.race([action(previous, form), timeout])
  } catch (error) {
    unstable_rethrow(error) // a redirect, or not found
    const { failures = 0, ...kept } = previous.status === 'error' ? previous : { proof: undefined }
    return {
      status: 'error',
      message: messageOf(error),
      fieldErrors: {},
      values: previous.status === 'idle' ? {} : previous.values,
      ...(kept.proof ? { proof: kept.proof } : {}),
      failures: failures + 1,
    }
  } finally {
    clearTimeout(timer)
  }
}

function messageOf(error: unknown): string {
  if (unstable_isUnrecognizedActionError(error)) return OUTDATED
  return error instanceof TypeError ? UNREACHABLE : FAILED // fetch rejects with a TypeError
}
