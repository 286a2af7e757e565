type Answer = { status: number; headers: Headers; body: string; ms: number; setCookie: string[] }

/** A browser without JavaScript, in a few lines: it keeps cookies, reads a form's hidden fields, and posts it. */
export class Client {
  readonly cookies = new Map<string, string>()

  constructor(readonly origin: string) {}

  get(path: string, init: RequestInit = {}): Promise<Answer> {
    return this.send(path, init)
  }

  /** Opens the page, fills the form that has these fields, and sends it. */
  async submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const body = new FormData()
    for (const [name, value] of hiddenFields((await this.page(path)).body, Object.keys(fields))) body.append(name, value)
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    return this.send(path, { method: 'POST', body, headers: { origin: this.origin, ...headers } })
  }

  /** The form's page; without one's cookies when it does not open with them. */
  private async page(path: string): Promise<Answer> {
    this.pages ??= new Map()
    const known = this.pages.get(path)
    if (known) return known
    const answer = await this.send(path, {})
    if (answer.status === 200) this.pages.set(path, answer)
    return answer
  }
  private pages: Map<string, Answer> | undefined

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const started = performance.now()
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) }
    const response = await fetch(`${this.origin}${path}`, { redirect: 'manual', ...init, headers })
    const setCookie = response.headers.getSetCookie()
    for (const line of setCookie) {
      const [pair = ''] = line.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, pair.slice(pair.indexOf('=') + 1))
    }
    const body = await response.text()
    return { status: response.status, headers: response.headers, body, ms: performance.now() - started, setCookie }
  }
}

/** What the form that has all these fields carries besides. */
function hiddenFields(html: string, names: string[]): [string, string][] {
  const form = [...html.matchAll(/<form[^>]*>.*?<\/form>/gs)]
    .map(([text]) => text)
    .find((text) => names.every((name) => text.includes(`name="${name}"`)))
  if (!form) throw new Error(`No form with ${names.join(', ')}`)
  return [...form.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)].map(([, name = '', value = '']) => [
    name,
    unescapeHtml(value),
  ])
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
