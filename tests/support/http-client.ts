import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'

// The HTTP client of the black-box suites: a browser without JavaScript. It uses none of the application's modules.

/** The origin of the server under test, from APP_URL because Vitest overwrites BASE_URL. */
export const ORIGIN = process.env.APP_URL ?? 'http://localhost:3000'

/** Whether the server is behind nginx, which answers some malformed requests itself. */
export const isBehindProxy = process.env.ATRIUM_TEST_PROXY === 'on'

/** @returns the cases, or none if nginx would answer them itself */
export function unlessProxied<T>(...cases: T[]): T[] {
  return isBehindProxy ? [] : cases
}
export const SESSION_COOKIE = `${ORIGIN.startsWith('https:') ? '__Host-' : ''}authjs.session-token`

/** The first arguments of an action that a form calls: its state before the first submission, and the form's fields. */
export const FORM_ARGUMENTS: unknown[] = [{ status: 'idle' }, '$K1']

const TIMEOUT_MS = 20_000 // for a busy machine; a test that asserts a shorter time sets its own
const MAX_REDIRECTS = 5

// "localhost" has two addresses, and Node's default of 250 ms for each is too short on a busy machine.
setDefaultAutoSelectFamilyAttemptTimeout(TIMEOUT_MS)

export type HttpResponse = {
  status: number
  headers: Headers
  text: string
  location: string | null
  /** the `Set-Cookie` lines */
  setCookies: string[]
  /** from sending the request to the last byte of the body */
  ms: number
}
export type RequestOptions = {
  method?: string
  headers?: Record<string, string>
  body?: RequestInit['body'] | Uint8Array
  /** the `Origin` header: null for none; by default the server's own, for methods that may change something */
  origin?: string | null
  timeoutMs?: number
}
export type Fields = Record<string, string | Blob | (string | Blob)[]>

/** Keeps cookies, reads and submits forms, and calls actions by id. Follows redirects only in {@link follow}. */
export class HttpClient {
  readonly cookies = new Map<string, string>()

  /** @param timeoutMs for a response, unless a request says otherwise */
  constructor(
    readonly origin = ORIGIN,
    readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /** @returns a second client with the same cookies, such as that of an attacker who stole them */
  copy(): HttpClient {
    const other = new HttpClient(this.origin, this.timeoutMs)
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    return other
  }

  get session(): string | undefined {
    return this.cookies.get(SESSION_COOKIE)
  }

  async request(
    path: string,
    { method = 'GET', headers = {}, body, origin, timeoutMs = this.timeoutMs }: RequestOptions = {},
  ): Promise<HttpResponse> {
    const sender = origin === undefined && method !== 'GET' && method !== 'HEAD' ? this.origin : origin
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const started = performance.now()
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: { ...(cookie ? { cookie } : {}), ...(sender ? { origin: sender } : {}), ...headers },
      body: body as RequestInit['body'],
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    const setCookies = response.headers.getSetCookie()
    for (const line of setCookies) this.#storeCookie(line)
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location'),
      setCookies,
      ms: performance.now() - started,
    }
  }

  /** For an RSC payload, follows Next's redirect to the URL with `_rsc`, as the router does. */
  async get(path: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
    const sent = { 'sec-fetch-site': 'same-origin', ...headers } // as for a link on a page of this origin
    const response = await this.request(path, { headers: sent })
    return headers.rsc && /[?&]_rsc/.test(response.location ?? '') ? this.request(response.location ?? '', { headers: sent }) : response
  }

  /** Follows the response's redirects within the server's origin. @returns the last response */
  async follow(response: HttpResponse): Promise<HttpResponse> {
    let last = response
    for (let n = 0; last.location && n < MAX_REDIRECTS; n += 1) {
      const { origin, pathname, search } = new URL(last.location, this.origin)
      if (origin !== this.origin) return last
      last = await this.get(`${pathname}${search}`)
    }
    return last
  }

  /**
   * Posts a form with its hidden fields.
   * @param button the accessible name of the form's button, or its beginning
   */
  async submit(path: string, button: string, fields: Fields = {}, options: RequestOptions = {}): Promise<HttpResponse> {
    const key = [this.origin, path, button].join('\n')
    const hidden = sharedForms.get(key) ?? (await this.form(path, button))
    if (Object.keys(hidden).every((name) => SHARED_FIELD.test(name))) sharedForms.set(key, hidden)
    return this.post(path, { ...hidden, ...fields }, options)
  }

  post(path: string, fields: Fields, options: RequestOptions = {}): Promise<HttpResponse> {
    return this.request(path, { method: 'POST', body: multipart(fields), ...options })
  }

  /** @returns the hidden fields of the form with this button */
  async form(path: string, button: string): Promise<Record<string, string>> {
    return hiddenFields((await this.get(path)).text, button)
  }

  /** Calls an action by its id, as a script does. @param args include `'$K1'` for the fields */
  async call(path: string, id: string, args: unknown[], fields: Fields = {}, options: RequestOptions = {}): Promise<HttpResponse> {
    const body = multipart(Object.fromEntries(Object.entries(fields).map(([name, value]) => [`_1_${name}`, value])))
    body.append('0', JSON.stringify(args)) // last, because Next decodes the body as it arrives
    const headers = { accept: 'text/x-component', 'next-action': id, ...options.headers }
    return this.request(path, { method: 'POST', body, ...options, headers })
  }

  #storeCookie(line: string) {
    const [pair = '', ...attributes] = line.split(';')
    const name = pair.slice(0, pair.indexOf('=')).trim()
    const value = pair.slice(pair.indexOf('=') + 1)
    const isRemoved = value === '' || attributes.some((part) => /^\s*(max-age=0$|expires=Thu, 01 Jan 1970)/i.test(part))
    if (isRemoved) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** Forms that are read once, because their hidden fields are the same for every user. */
const sharedForms = new Map<string, Record<string, string>>()
const SHARED_FIELD = /^(\$ACTION|callbackUrl$)/

/** @returns the hidden fields of the form whose button's accessible name begins with `button` */
export function hiddenFields(page: string, button: string): Record<string, string> {
  const forms = (page.match(/<form\b.*?<\/form>/gs) ?? []).map((html) => ({
    html,
    names: [...buttonNames(html), ...namesElsewhere(page, html)],
  }))
  const form = forms.find(({ names }) => names.includes(button)) ?? forms.find(({ names }) => names.some((name) => name.startsWith(button)))
  if (!form) {
    const found = forms.flatMap(({ names }) => names).join(', ')
    throw new Error(`No form has the button "${button}". Buttons: ${found}. The page begins: ${page.slice(0, 200)}`)
  }
  const inputs = form.html.match(/<input type="hidden"[^>]*>/g) ?? []
  return Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]))
}

/** Returns the names of the buttons that belong to a form by its id, such as in a menu. */
function namesElsewhere(page: string, html: string): string[] {
  const id = attribute(html.slice(0, html.indexOf('>') + 1), 'id')
  const buttons = id ? (page.match(/<button\b[^>]*>.*?<\/button>/gs) ?? []) : []
  return buttonNames(buttons.filter((button) => attribute(button, 'form') === id).join(''))
}

function buttonNames(html: string): string[] {
  return [...html.matchAll(/(<button\b[^>]*>)(.*?)<\/button>/gs)].map(([, tag = '', content = '']) => {
    const text = content.replace(/<!--.*?-->|<[^>]+>/gs, '')
    return attribute(tag, 'aria-label') || decodeEntities(text).trim()
  })
}

/** @returns the id of a form's action, from its hidden fields */
export function actionId(fields: Record<string, string>): string {
  return JSON.stringify(fields).match(/[0-9a-f]{42}/)?.[0] ?? ''
}

/** @returns the URL to which a browser follows a redirect */
export function destination({ location }: HttpResponse): URL {
  return new URL(location ?? '', ORIGIN)
}

function multipart(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one)
  return form
}

function attribute(tag: string, name: string): string {
  return decodeEntities(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? '')
}

function decodeEntities(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
