import { type Browser, type BrowserContext, type BrowserContextOptions, test as base, type Page } from '@playwright/test'

export { expect, type Locator, type Page } from '@playwright/test'

/**
 * Browser contexts that the tests of one worker use in turn. A page that stays open keeps the renderer, its compiled scripts, and
 * the cached static files. Each test gets new pages, and no cookies or storage of the test before.
 * A test that changes a context in another way, such as its permissions, changes it back. After a failure, Playwright starts a new browser.
 */
class Contexts {
  readonly #all: BrowserContext[] = []
  #taken = 0

  constructor(
    readonly browser: Browser,
    readonly options: BrowserContextOptions,
  ) {}

  async take(): Promise<BrowserContext> {
    const context = this.#all[this.#taken] ?? (await this.#open())
    this.#taken += 1
    return context
  }

  async #open(): Promise<BrowserContext> {
    const context = await this.browser.newContext(this.options)
    await (await context.newPage()).goto('/api/health/live')
    this.#all.push(context)
    return context
  }

  /** Closes the pages of the contexts that were taken, and clears what they stored. */
  async giveBack(): Promise<void> {
    const taken = this.#all.slice(0, this.#taken)
    this.#taken = 0
    await Promise.all(taken.map(clear))
  }
}

async function clear(context: BrowserContext): Promise<void> {
  const [kept, ...pages] = context.pages()
  await Promise.all(pages.map((page) => page.close()))
  await context.setOffline(false)
  await context.clearCookies()
  await kept?.evaluate(() => localStorage.clear())
}

type Fixtures = {
  /** Opens a page in another browser, with the project's settings. */
  anotherBrowser: () => Promise<Page>
}

export const test = base.extend<Fixtures, { contexts: Contexts }>({
  contexts: [
    async ({ browser }, use, { project }) => {
      const { baseURL, contextOptions, javaScriptEnabled = true } = project.use
      await use(new Contexts(browser, { ...contextOptions, javaScriptEnabled, ...(baseURL ? { baseURL } : {}) }))
    },
    { scope: 'worker' },
  ],
  context: async ({ contexts }, use) => {
    await use(await contexts.take())
    await contexts.giveBack()
  },
  anotherBrowser: async ({ context: _, contexts }, use) => use(async () => (await contexts.take()).newPage()),
})
