// Checks the body of a server action call. Safe for the edge.
// React's encoding can also represent promises, streams, and references between parts. A malformed one ends in a 500. Our
// forms send only plain JSON and their fields, so anything else is refused before React decodes it.

const ARGUMENTS_MAX = 10
const DEPTH_MAX = 10
const PLAIN_STRING = /^(?!\$)|^\$(\$|K[0-9a-f]{1,4}$|undefined$)/ // an escaped `$`, form data, undefined
const ACTION_FIELD = /^\$ACTION_REF_(\d{1,4})$/

/** Returns whether a call by JavaScript, as JSON text or in the part `0` of a form, is a list of plain arguments. */
export function isScriptCall(body: string | FormData): boolean {
  return isPlainList(typeof body === 'string' ? body : body.get('0'))
}

/** Returns whether the hidden fields of a form sent without JavaScript refer to an action with plain bound arguments. */
export function isFormCall(form: FormData): boolean {
  return [...form.keys()].every((name) => {
    const [, index] = ACTION_FIELD.exec(name) ?? []
    return index === undefined || isReference(form, index)
  })
}

function isReference(form: FormData, index: string): boolean {
  const reference = parseJson(form.get(`$ACTION_${index}:0`))
  if (typeof reference !== 'object' || reference === null || !('id' in reference) || typeof reference.id !== 'string') return false
  const { bound } = reference as { bound?: unknown }
  return bound === null || (bound === '$@1' && isPlainList(form.get(`$ACTION_${index}:1`)))
}

function isPlainList(text: FormDataEntryValue | null): boolean {
  const list = parseJson(text)
  return Array.isArray(list) && list.length <= ARGUMENTS_MAX && isPlain(list, DEPTH_MAX)
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return PLAIN_STRING.test(value)
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((each) => isPlain(each, depth - 1))
}

/** Parses JSON text. @returns undefined if it is something else */
function parseJson(text: FormDataEntryValue | null): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
