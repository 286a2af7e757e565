// Posts a form as a browser without JavaScript does.
import { CliError } from '../lib/platform/cli.mjs'

/** @type {Map<string, [string, string][]>} */
const forms = new Map()
let clients = 0

/** Returns the headers of a client with a new IP address, as the trusted proxy sets them. */
export function newClient() {
  clients += 1
  return { 'x-forwarded-for': `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}` }
}

/** Forgets the forms that were read, for another server. */
export function forgetForms() {
  forms.clear()
}

/**
 * @param {{ origin: string, headers: Record<string, string> }} client @param {string} page @param {string} button @param {Record<string, string>} fields
 * @returns {Promise<Response>} whose redirect is not followed
 */
export async function submit({ origin, headers }, page, button, fields) {
  const key = `${origin}${page}`
  const hidden = forms.get(key) ?? hiddenFields(await (await fetch(key)).text(), button)
  forms.set(key, hidden)
  const body = new FormData()
  for (const [name, value] of [...hidden, ...Object.entries(fields)]) body.append(String(name), String(value))
  return fetch(key, { method: 'POST', body, headers: { origin, ...headers }, redirect: 'manual' })
}

/** @param {string} html @param {string} button @returns {[string, string][]} */
function hiddenFields(html, button) {
  const form = (html.match(/<form\b.*?<\/form>/gs) ?? []).find((text) => text.includes(button))
  if (!form) throw new CliError(`No form has the button "${button}".`)
  const part = (/** @type {string} */ tag, /** @type {string} */ name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return (form.match(/<input type="hidden"[^>]*>/g) ?? []).map((tag) => [
    part(tag, 'name'),
    part(tag, 'value').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  ])
}
