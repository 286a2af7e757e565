import 'server-only'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { logDenial } from '@/lib/denials'
import { isSameOrigin } from '@/lib/http/origin'
import { PATH_HEADER } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
import { RECENT_AUTH_FIELD } from './form'
import { defaultMessage } from './validation'

// What lib/action.ts accepts: a form of this site, with the fields of its schema.

/**
 * Refuses a request from another site (ASVS 3.5.1), and arguments other than a form: an action is a public endpoint that
 * can be called with anything.
 * @returns the request's headers
 */
export async function beginAction(form: FormData): Promise<Headers> {
  const requestHeaders = await headers()
  if (!isSameOrigin(requestHeaders)) {
    await logDenial({ reason: 'origin', path: requestHeaders.get(PATH_HEADER) ?? '', ip: requestInfo(requestHeaders).ip })
    notFound()
  }
  if (!(form instanceof FormData)) notFound()
  return requestHeaders
}

/** Reads the schema's fields as strings. A field sent twice, or a file, gets a 404: our forms send neither (ASVS 15.3.5). */
export function readFields(form: FormData, schema: z.ZodObject, hasSession: boolean) {
  const fields: Record<string, string> = {}
  for (const name of [...Object.keys(schema.shape), ...(hasSession ? [RECENT_AUTH_FIELD] : [])]) {
    const [value, ...rest] = form.getAll(name)
    if (rest.length || value instanceof File) notFound()
    if (value !== undefined) fields[name] = value
  }
  const { [RECENT_AUTH_FIELD]: proof, ...others } = fields
  return { proof, fields: others }
}

/** Parses the fields. An id is a hidden field that the user cannot correct, so a malformed id gets a 404 as an unknown one does. */
export function parseFields<S extends z.ZodObject>(schema: S, fields: Record<string, string>) {
  const parsed = schema.safeParse(fields, { error: defaultMessage })
  if (parsed.error?.issues.some(({ path: [name] }) => schema.shape[String(name)] instanceof z.ZodUUID)) notFound()
  return parsed
}
