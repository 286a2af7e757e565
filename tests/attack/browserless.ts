import { randomBytes } from 'node:crypto'
import { connect, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'
import { afterAll, beforeAll, expect } from 'vitest'
import { asSuperuser } from '../support/database'

/**
 * The server under attack. Nothing here knows how it is made; what a browser would normalise can be sent as it stands.
 * APP_URL and not BASE_URL: Vitest puts a value of its own there.
 */
export const ORIGIN = process.env.APP_URL ?? 'http://localhost:3000'
export const SESSION_COOKIE = `${ORIGIN.startsWith('https:') ? '__Host-' : ''}authjs.session-token`
export const PASSWORD = 'nine purple herons wading'
export const BUSY = 'Many people are signing in right now'
export const TOO_MANY = 'Too many tries.'

const ANSWER_WITHIN_MS = 5_000

// "localhost" is two addresses, and on a busy machine the quarter of a second that Node gives each is not enough.
setDefaultAutoSelectFamilyAttemptTimeout(ANSWER_WITHIN_MS)

export type Answer = { status: number; headers: Headers; text: string; location: string | null; cookies: string[] }
export type Options = {
  method?: string
  headers?: Record<string, string>
  body?: RequestInit['body'] | Uint8Array
  origin?: string | null
  withinMs?: number
}
export type Fields = Record<string, string | Blob | (string | Blob)[]>

/** A browser without JavaScript: keeps cookies, follows nothing by itself, and says where a form comes from. */
export class Browser {
  readonly jar = new Map<string, string>()

  /** A second browser that holds the same cookies: a thief's. */
  copy(): Browser {
    const other = new Browser()
    for (const [name, value] of this.jar) other.jar.set(name, value)
    return other
  }

  async request(path: string, { method = 'GET', headers = {}, body, origin, withinMs = ANSWER_WITHIN_MS }: Options = {}): Promise<Answer> {
    const sender = origin === undefined && method !== 'GET' && method !== 'HEAD' ? ORIGIN : origin
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = { ...(cookie ? { cookie } : {}), ...(sender ? { origin: sender } : {}), ...headers }
    const response = await fetch(`${ORIGIN}${path}`, {
      method,
      headers: sent,
      body: body as RequestInit['body'],
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    })
    const cookies = response.headers.getSetCookie()
    for (const line of cookies) this.#keep(line)
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location'),
      cookies,
    }
  }

  /** For a payload, the framework names an address of its own first; the router follows there, and so does this. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.request(path, { headers })
    return headers.rsc && /[?&]_rsc/.test(answer.location ?? '') ? this.request(answer.location ?? '', { headers }) : answer
  }

  /** Posts the form whose button reads `button`, hidden fields included. They are the same for everyone, and read once. */
  async submit(path: string, button: string, fields: Fields = {}, options: Options = {}): Promise<Answer> {
    const key = `${button} on ${path}`
    const hidden = forms.get(key) ?? (await this.form(path, button))
    forms.set(key, hidden)
    return this.post(path, { ...hidden, ...fields }, options)
  }

  post(path: string, fields: Fields, options: Options = {}): Promise<Answer> {
    return this.request(path, { method: 'POST', body: multipart(fields), ...options })
  }

  /** What the form with that button would send if nothing were filled in. */
  async form(path: string, button: string): Promise<Record<string, string>> {
    return hiddenFields((await this.get(path)).text, button)
  }

  /** The same action as a script would call it: `$K1` among the arguments stands for the fields. */
  async call(path: string, id: string, args: unknown[], fields: Fields = {}, options: Options = {}): Promise<Answer> {
    const body = multipart(Object.fromEntries(Object.entries(fields).map(([name, value]) => [`_1_${name}`, value])))
    body.append('0', JSON.stringify(args)) // read as it comes in, so what it refers to goes first
    const headers = { accept: 'text/x-component', 'next-action': id, ...options.headers }
    return this.request(path, { method: 'POST', body, ...options, headers })
  }

  get session(): string | undefined {
    return this.jar.get(SESSION_COOKIE)
  }

  #keep(line: string) {
    const [pair = '', ...attributes] = line.split(';')
    const name = pair.slice(0, pair.indexOf('=')).trim()
    const value = pair.slice(pair.indexOf('=') + 1)
    const isGone = value === '' || attributes.some((part) => /^\s*max-age=0$/i.test(part) || /^\s*expires=Thu, 01 Jan 1970/i.test(part))
    if (isGone) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}

const forms = new Map<string, Record<string, string>>()

/** The hidden fields of the form in a page whose button reads `button`. */
export function hiddenFields(page: string, button: string): Record<string, string> {
  const form = (page.match(/<form\b.*?<\/form>/gs) ?? []).find((part) => part.includes(button))
  if (!form) throw new Error(`No form "${button}" in ${page.slice(0, 200)}`)
  const inputs = form.match(/<input type="hidden"[^>]*>/g) ?? []
  return Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]))
}

/** The id of the action behind a form. */
export function actionId(fields: Record<string, string>): string {
  return JSON.stringify(fields).match(/[0-9a-f]{42}/)?.[0] ?? ''
}

function multipart(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one)
  return form
}

function attribute(tag: string, name: string): string {
  const value = tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? ''
  return value.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** A list of words, as they stand: nothing in them is an escape. */
export function words(text: TemplateStringsArray, ...values: string[]): string[] {
  return String.raw(text, ...values)
    .trim()
    .split(/\s+/)
}

/** A word that nothing else uses. */
export function unique(word: string): string {
  return `${word} ${randomBytes(4).toString('hex')}`
}

export function newPerson() {
  const tag = randomBytes(5).toString('hex')
  return { accountName: `Heron ${tag}`, email: `ada-${tag}@example.com`, password: PASSWORD, slug: `heron-${tag}` }
}

/** Registers someone over HTTP. @returns them, and the browser they are signed in with */
export async function registered(person = newPerson()) {
  const browser = new Browser()
  const { accountName, email, password } = person
  const answer = await browser.submit('/register', 'Create account', { accountName, email, password }, { withinMs: 20_000 })
  if (answer.status !== 303) throw new Error(`Registering answered ${answer.status}`)
  return { ...person, browser }
}

/** Signs someone in, in a browser of its own. */
export async function signedIn({ email, password }: { email: string; password: string }, fields: Fields = {}): Promise<Browser> {
  const browser = new Browser()
  const answer = await browser.submit('/login', 'Sign in', { email, password, ...fields }, { withinMs: 20_000 })
  if (answer.status !== 303) throw new Error(`Signing in answered ${answer.status}`)
  return browser
}

/** Sends a request as it stands, past everything that a client would tidy up. @returns the answer, even when the peer hangs up early */
export function sendRaw(head: string, body: string | Uint8Array = ''): Promise<Answer> {
  const { hostname, port } = new URL(ORIGIN)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port || 80), hostname)
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      const text = Buffer.concat(chunks).toString('utf8')
      if (text) resolve(parsed(text))
      else reject(new Error('No answer'))
    }
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error('No answer in time'))
    }, ANSWER_WITHIN_MS)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', finish)
    socket.on('error', finish)
    socket.write(Buffer.from(head.replaceAll('\n', '\r\n'), 'latin1'))
    socket.write(body)
  })
}

/** One GET with the request target as it stands. */
export function getRaw(target: string, headers: string[] = []): Promise<Answer> {
  return sendRaw([`GET ${target} HTTP/1.1`, `Host: ${new URL(ORIGIN).host}`, 'Connection: close', ...headers, '', ''].join('\n'))
}

function parsed(answer: string): Answer {
  const [head = '', ...rest] = answer.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as [string, string]),
  )
  return {
    status: Number(first.split(' ')[1]),
    headers,
    text: rest.join('\r\n\r\n'),
    location: headers.get('location'),
    cookies: headers.getSetCookie(),
  }
}

/** Everything that an attack could have changed: what stands in the tables, and how much was written down of it. */
export async function databaseState(): Promise<Record<string, string>> {
  const contents = (table: string, row: string) => `(SELECT md5(string_agg(${row}, ',' ORDER BY ${row})) FROM ${table}) AS ${table}`
  const [row = {}] = await asSuperuser<Record<string, string>>(`SELECT
    ${['users', 'accounts', 'memberships', 'identities'].map((table) => contents(table, `${table}::text`)).join()},
    ${contents('tokens', "encode(hash, 'hex')")}, ${contents('registrations', "encode(token_hash, 'hex')")},
    ${contents('sessions', "concat_ws(' ', id_hash, user_id, remembered, expires_at)")},
    (SELECT count(*) FROM sessions) AS sessions_count, (SELECT count(*) FROM users) AS users_count, (SELECT count(*) FROM audit_events) AS audit_count`)
  return row
}

/** Runs an attack, and fails when it left anything behind. */
export async function changesNothing<T>(attack: () => Promise<T>): Promise<T> {
  const before = await databaseState()
  const outcome = await attack()
  expect(await databaseState(), 'the database changed').toEqual(before)
  return outcome
}

/** The same for a whole group of requests that only ask. */
export function changingNothing() {
  let before: Awaited<ReturnType<typeof databaseState>>
  beforeAll(async () => {
    before = await databaseState()
  })
  afterAll(async () => {
    expect(await databaseState(), 'the database changed').toEqual(before)
  })
}

/** A refusal or a page, but never a failure of ours, nor a word about how we are built. */
export function expectNoFault({ status, text }: Answer) {
  expect(status, text.slice(0, 300)).toBeLessThan(500)
  expect(text).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules|PrismaClient|ECONN|SyntaxError|TypeError/)
}

/** Where a browser would go from here, judged as a browser does. */
export function destination({ location }: Answer, from = '/'): URL {
  return new URL(location ?? '', new URL(from, ORIGIN))
}
