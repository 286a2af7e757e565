import type { Route } from 'next'
import 'server-only'
import { refresh } from 'next/cache'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import type { z } from 'zod'
import { recordDenial } from '@/lib/audit/denials'
import { logDenial } from '@/lib/denials'
import { flash } from '@/lib/http/flash'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { LimitName } from '@/lib/http/limits/table'
import { PATH_HEADER, safePath } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { beginAction, parseFields, readFields } from './action-input'
import { requireScopeOfAction } from './action-policy'
import { formErrors, idsOf, isRefusedByPolicy, logReachedLimit, refusalOf } from './action-refusal'
import type { FieldName, FormAction, FormState } from './form'
import { type Message, sentence } from './messages'
import { type Outcome, ok, type Refusal, recentAuth } from './outcome'
import type { Permission } from './policy'
import { requireRecentAuth } from './recent-auth'
import { type AccountScope, requireUser, sendToLogin, type UserScope } from './scope'
import { keepUnsentForm } from './unsent-form'
import { fieldErrorsOf } from './validation'

// Every server action is built by `publicAction`, `userAction`, or `accountAction` from a schema, one domain function, and
// the message for success. `runAction` has the steps. It reads with ./action-input, and reports refusals with ./action-refusal.

type Options<S extends z.ZodObject> = {
  /** the form's schema, which the browser uses too; a function if it depends on the environment */
  schema: S | (() => S)
  /** fields that are never sent back to the form */
  secrets?: FieldName<S>[]
  /** consumed before any expensive work; counted by request, user, account, and the field `email` */
  limit?: LimitName
  /** whether the action exists, which a setting can decide; if not, a request for it gets a 404 */
  isOn?: () => boolean
  /**
   * whether the user must have entered their password in the last ten minutes (ASVS 7.5.1); otherwise the form asks for it.
   * For a permission of an account, the policy decides instead, and the domain function's outcome is `recent-auth`
   */
  recentAuth?: boolean
}

type Context<S extends z.ZodObject, Scope> = { scope: Scope; input: z.output<S>; request: RequestInfo }

/** Calls one domain function. */
type Run<S extends z.ZodObject, Scope, T> = (context: Context<S, Scope>) => Promise<Outcome<T>>

/** What follows a success: a message on the same page, or another page, with or without a message. */
type Success = Message | { message: Message; redirectTo?: undefined } | { redirectTo: Route; message?: Message }
type Done<S extends z.ZodObject, Scope, T> = Message | ((value: T, context: Context<S, Scope>) => Success | Promise<Success>)

/** Builds an action that needs no session. */
export function publicAction<S extends z.ZodObject, T>(
  options: Options<S> & { recentAuth?: never },
  run: Run<S, undefined, T>,
  done: Done<S, undefined, T>,
): FormAction<FieldName<S>> {
  return async (_, form) =>
    runAction(form, options, { resolve: async () => ok(undefined), onForbidden: notFound, hasSession: false }, run, done)
}

/** Builds an action of a signed-in user. An outcome of `forbidden` means that their session has ended, and leads to sign-in. */
export function userAction<S extends z.ZodObject, T>(
  options: Options<S>,
  run: Run<S, UserScope, T>,
  done: Done<S, UserScope, T>,
): FormAction<FieldName<S>> {
  return async (_, form) =>
    runAction(form, options, { resolve: async () => ok(await requireUser()), onForbidden: sendToLogin, hasSession: true }, run, done)
}

/**
 * Builds an action in an account. Bind the account's slug: `createProjectAction.bind(null, slug)`.
 * @param options `permission`: a caller whose role never has it gets a 404; the domain function still checks the target
 */
export function accountAction<S extends z.ZodObject, T>(
  options: Options<S> & { permission: Permission },
  run: Run<S, AccountScope, T>,
  done: Done<S, AccountScope, T>,
): (slug: string, ...args: Parameters<FormAction<FieldName<S>>>) => Promise<FormState<FieldName<S>>> {
  const { permission } = options
  const action = async (slug: string, _: FormState, form: FormData): Promise<FormState> => {
    const denied = async (scope: AccountScope) => recordDenial(scope, permission, requestInfo(await headers()))
    const resolve: Access<AccountScope>['resolve'] = (password, request) =>
      requireScopeOfAction(slug, permission, { denied, password, request })
    const access: Access<AccountScope> = { resolve, onForbidden: notFound, denied, hasSession: true, self: action.bind(null, slug) }
    return runAction(form, options, access, run, done)
  }
  return action
}

type Access<Scope> = {
  /** @param password from the form's password field */
  resolve: (password: string | undefined, request: RequestInfo) => Promise<Outcome<Scope>>
  onForbidden: () => never | Promise<never>
  /** records that the policy refused the caller */
  denied?: (scope: Scope) => Promise<void>
  hasSession: boolean
  /** the action itself, if the policy of its account can keep the page around its form from being shown */
  self?: FormAction<string>
}

async function runAction<S extends z.ZodObject, Scope extends UserScope | undefined, T>(
  form: FormData,
  options: Options<S>,
  { resolve, onForbidden, denied, hasSession, self }: Access<Scope>,
  run: Run<S, Scope, T>,
  done: Done<S, Scope, T>,
): Promise<FormState> {
  const requestHeaders = await beginAction(form)
  if (options.isOn && !options.isOn()) notFound()
  const request = requestInfo(requestHeaders)
  const schema = typeof options.schema === 'function' ? options.schema() : options.schema
  const { proof, fields } = readFields(form, schema, hasSession)
  const secrets: string[] = options.secrets ?? []
  const values = Object.fromEntries(Object.entries(fields).filter(([name]) => !secrets.includes(name)))
  let asksForPassword = proof !== undefined // until it is entered correctly
  const fail = async (errors: { message?: Message; verify?: Route; fieldErrors?: Partial<Record<string, Message>> }) => {
    const state = {
      status: 'error' as const,
      ...(errors.message ? { message: sentence(errors.message) } : {}),
      ...(errors.verify ? { verify: errors.verify } : {}),
      fieldErrors: inOrder(schema, errors.fieldErrors ?? {}),
      values,
      ...(asksForPassword ? { proof: { hasSecrets: secrets.length > 0 } } : {}),
    }
    if (self && !requestHeaders.has('next-action')) await keepUnsentForm(self, { form, schema, state })
    return state
  }
  const refuse = async (refusal: Refusal) => fail(formErrors(refusal) ?? (await onForbidden()))

  const parsed = parseFields(schema, fields)
  if (!parsed.success) return fail({ fieldErrors: fieldErrorsOf(parsed.error) })
  try {
    const resolved = await resolve(proof, request)
    if (resolved.status !== 'ok') {
      asksForPassword ||= ['recent-auth', 'invalid'].includes(resolved.status)
      return await refuse(resolved)
    }
    const context = { scope: resolved.value, input: parsed.data, request }
    if (options.limit) await consumeLimit(options.limit, { request, ...subjectOf(context.scope, parsed.data) })
    const attempt = async () => (options.recentAuth && !context.scope?.session.hasRecentAuth ? recentAuth : run(context))
    let outcome = await attempt()
    if (outcome.status === 'recent-auth' && context.scope) {
      const recent = await requireRecentAuth(context.scope, proof, request)
      if (recent.status !== 'ok') {
        asksForPassword = true
        await logDenial({ reason: 'recent-auth', ...idsOf(context.scope), ip: request.ip })
        return await refuse(recent)
      }
      context.scope = recent.value
      asksForPassword = false
      outcome = await attempt()
    }
    if (outcome.status !== 'ok') {
      if (isRefusedByPolicy(outcome)) await denied?.(context.scope)
      await logReachedLimit(outcome, context)
      return await refuse(outcome)
    }
    return await succeed(typeof done === 'function' ? await done(outcome.value, context) : done, requestHeaders, values)
  } catch (error) {
    return refuse(await refusalOf(error, request))
  }
}

/** Returns the errors as sentences, in the order of the form's fields, so that a page without JavaScript focuses the first. */
function inOrder(schema: z.ZodObject, errors: Partial<Record<string, Message>>): Record<string, string> {
  const names = [...Object.keys(schema.shape), ...Object.keys(errors)]
  return Object.fromEntries(names.flatMap((name) => (errors[name] ? [[name, sentence(errors[name])]] : [])))
}

function subjectOf(scope: UserScope | AccountScope | undefined, input: Record<string, unknown>) {
  return {
    ...(typeof input.email === 'string' ? { email: input.email } : {}),
    ...(scope ? { userId: scope.user.id, sessionId: scope.session.id } : {}),
    ...(scope && 'account' in scope ? { accountId: scope.account.id } : {}),
  }
}

/**
 * Updates the form and the page in place if JavaScript called the action. Otherwise it redirects, so that a reload does not
 * post again (post/redirect/get).
 */
async function succeed(success: Success, requestHeaders: Headers, values: Record<string, string>): Promise<FormState> {
  const { message, redirectTo } = typeof success === 'string' ? { message: success } : success
  if (redirectTo === undefined && requestHeaders.has('next-action')) {
    refresh()
    return { status: 'success', message: sentence(message), values }
  }
  if (message) await flash(message)
  redirect(redirectTo ?? safePath(requestHeaders.get(PATH_HEADER)))
}

/**
 * Builds the action of a plain form that has no errors to show, such as "Sign out".
 * @param run returns the path to redirect to; undefined for the same page
 */
export function buttonAction(run: (form: FormData) => Promise<Route | undefined>): (form: FormData) => Promise<void> {
  return async (form) => {
    const requestHeaders = await beginAction(form)
    const path = await run(form)
    if (path === undefined && requestHeaders.has('next-action')) return
    redirect(path ?? safePath(requestHeaders.get(PATH_HEADER)))
  }
}
