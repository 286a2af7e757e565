import 'server-only'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { flash } from '@/lib/http/flash'
import { spend } from '@/lib/http/limits/limits'
import type { LimitName } from '@/lib/http/limits/table'
import { RateLimited, rateLimitMessage } from '@/lib/http/limits/too-soon'
import { isSameOrigin } from '@/lib/http/origin'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { log } from '@/lib/platform/log'
import { type FormState, fieldErrorsOf, RECENT_AUTH_FIELD, type Refusal, type Result } from './form'
import { HASHING_BUSY, HashingBusy } from './password/pool'
import { requireRecentAuth } from './recent-auth'
import type { UserScope } from './scope'

const DATABASE_UNAVAILABLE = 'We cannot reach our records right now, so nothing was changed. Wait a moment, then try again.'

/**
 * What every server action does around its one domain function: refuse what another site sent, read the form into
 * plain typed values, and turn every expected failure into what the form shows. An id stands in a hidden field, where
 * nobody could mend it: one that is none is as unknown as one that names nothing, a 404.
 * @param form as it came
 * @param schema the form's own, the same that the browser uses
 * @param limit spent before `work` begins; only one counted by what a form knows: the request's address, and its field `email`
 * @param recentAuth whether the password must have been given less than ten minutes ago (ASVS 7.5.1). When it was not, the
 * form comes back with a field for it, and goes on from there once it holds a right one
 * @param work calls the domain function; ends in a redirect or returns its result with the sentence for success. With
 * `recentAuth` it is handed who has proven themselves, and asks no second time
 * @returns the state for the form; fields named in `secrets` never come back
 */
export async function runForm<S extends z.ZodObject, Needed extends boolean = false>(
  form: FormData,
  {
    schema,
    secrets = [],
    limit,
    recentAuth,
  }: { schema: S; secrets?: (keyof z.input<S> & string)[]; limit?: LimitName; recentAuth?: Needed },
  work: (input: z.output<S>, request: RequestInfo, scope: Needed extends true ? UserScope : undefined) => Promise<Result<string>>,
): Promise<FormState> {
  const requestHeaders = await beginAction(form)
  const { [RECENT_AUTH_FIELD]: proof, ...fields } =
    readFields(form, [...Object.keys(schema.shape), ...(recentAuth ? [RECENT_AUTH_FIELD] : [])]) ?? notFound()
  const asked = { proof: { hasSecrets: secrets.length > 0 } }
  let stillAsked = proof === undefined ? {} : asked
  const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !secrets.includes(name)))
  const parsed = parseFields(schema, fields)
  if (!parsed.success) return { status: 'error', fieldErrors: fieldErrorsOf(parsed.error), values, ...stillAsked }
  try {
    const request = requestInfo(requestHeaders)
    if (limit) await spend(limit, { request, email: emailIn(parsed.data) })
    const proven = recentAuth ? await requireRecentAuth(proof, request) : undefined
    if (proven && !proven.ok) return { status: 'error', fieldErrors: proven.fieldErrors, values, ...asked }
    stillAsked = {} // proven for the next ten minutes, whatever comes of the rest
    const result = await work(parsed.data, request, proven?.scope as Parameters<typeof work>[2])
    if (!result.ok) return refusalState(result.refusal, values)
    flash(requestHeaders, result.value)
    return { status: 'success', message: result.value, values }
  } catch (error) {
    if (error instanceof HashingBusy) return { ...refusalState({ message: HASHING_BUSY }, values), ...stillAsked }
    if (error instanceof RateLimited) return { ...rateLimitedState(error, values, requestInfo(requestHeaders)), ...stillAsked }
    if (!isDatabaseUnavailable(error)) throw error
    log().error({ err: error }, 'action failed')
    return { ...refusalState({ message: DATABASE_UNAVAILABLE }, values), ...stillAsked }
  }
}

const server = globalThis as typeof globalThis & { atriumActionBegan?: (requestId: string) => void }

/**
 * The first line of every server action: refuses what another site sent (ASVS 3.5.1), and tells scripts/serve.mjs that
 * the request was one of ours, so that a failure from here on is our own.
 * @param form what the action was called with: an action is an endpoint, and can be called with anything
 * @returns the request's headers
 */
export async function beginAction(form: FormData): Promise<Headers> {
  const requestHeaders = await headers()
  if (!isSameOrigin(requestHeaders) || !(form instanceof FormData)) notFound()
  server.atriumActionBegan?.(requestHeaders.get('x-request-id') ?? '')
  return requestHeaders
}

function parseFields<S extends z.ZodObject>(schema: S, fields: Record<string, string>) {
  const parsed = schema.safeParse(fields, { error: inOwnWords })
  if (parsed.error?.issues.some(({ path: [name] }) => schema.shape[String(name)] instanceof z.ZodUUID)) notFound()
  return parsed
}

/** For what a field's own rules have no words for: it is missing, or nothing that the form could send. */
function inOwnWords({ input }: { input?: unknown }): string {
  return input === undefined || input === '' ? 'Fill this in.' : 'This cannot be used here.'
}

function emailIn(input: Record<string, unknown>): string | undefined {
  return typeof input.email === 'string' ? input.email : undefined
}

function rateLimitedState({ limit, retryAfterSeconds }: RateLimited, values: Record<string, string>, { ip }: RequestInfo): FormState {
  log().warn({ limit, retryAfterSeconds, ip }, 'too many tries')
  return refusalState({ message: rateLimitMessage(retryAfterSeconds) }, values)
}

function refusalState({ field, message }: Refusal, values: Record<string, string>): FormState {
  return field ? { status: 'error', fieldErrors: { [field]: message }, values } : { status: 'error', message, fieldErrors: {}, values }
}

/**
 * The fields that the form knows, as strings. A field sent twice, or a file where text belongs, was not sent by our
 * form, and neither is guessed at (ASVS 15.3.5).
 * @returns undefined when the body is not one that the form can send
 */
function readFields(form: FormData, names: string[]): Record<string, string> | undefined {
  const fields: Record<string, string> = {}
  for (const name of names) {
    const given = form.getAll(name)
    if (given.length > 1 || given.some((value) => typeof value !== 'string')) return undefined
    if (typeof given[0] === 'string') fields[name] = given[0]
  }
  return fields
}
