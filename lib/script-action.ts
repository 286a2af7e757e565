import 'server-only'
import { beginAction } from './action-input'
import { formErrors, refusalOf } from './action-refusal'
import type { FormState } from './form'
import { consumeLimit } from './http/limits/limits'
import type { LimitName } from './http/limits/table'
import { type RequestInfo, requestInfo } from './http/request-info'
import type { Message } from './messages'
import type { Outcome } from './outcome'

/** What an action for a script returns. */
export type ScriptResult<T> = { status: 'ready'; value: T } | { status: 'error'; message: Message }

/**
 * Builds an action that a script calls for data before it sends a form, such as the challenge of a passkey. It refuses requests
 * from other sites and counts a limit by IP address, as the action of a form does.
 * @param run requires the session itself, if it needs one
 */
export function scriptAction<T>(
  limit: LimitName,
  run: (request: RequestInfo) => Promise<Outcome<T>>,
): (state: FormState | null, form: FormData) => Promise<ScriptResult<T>> {
  return async (_, form) => {
    const request = requestInfo(await beginAction(form))
    const refuse = (message: Message | undefined): ScriptResult<T> => ({ status: 'error', message: message ?? 'passkey-refused' })
    try {
      await consumeLimit(limit, { request })
      const outcome = await run(request)
      return outcome.status === 'ok' ? { status: 'ready', value: outcome.value } : refuse(formErrors(outcome)?.message)
    } catch (error) {
      return refuse(formErrors(await refusalOf(error, request))?.message)
    }
  }
}
