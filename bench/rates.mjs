// Requests per second, in relation to the floor, and to the same pages with fixed rows.

import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../scripts/setup.mjs'
import { NODE_OPTIONS, startApp } from './apps.mjs'
import { measureRates, ratioOf } from './load.mjs'

const PAGES = {
  home: '/private',
  overview: '/private/accounts/team',
  projects: '/private/accounts/team/projects',
  members: '/private/accounts/team/members',
}
const PUBLIC = { login: '/login', register: '/register', public: '/' }
const INSIDE = /** @type {const} */ (['overview', 'projects', 'members'])

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function rates({ app, floor, cookie, plan }) {
  const page = (/** @type {string} */ url, headers = {}) => ({ url, connections: 16, status: 200, headers })
  const found = await measureRates(
    {
      'floor: redirect': { url: `${floor.origin}/private`, connections: 32, status: 307 },
      redirect: { url: `${app.origin}/private`, connections: 32, status: 307 },
      'floor: dynamic page': page(`${floor.origin}/dynamic`, { cookie: 'session=x' }),
      'floor: prerendered page': page(`${floor.origin}/form`),
      ...targets(app.origin, PAGES, page, { cookie }),
      ...targets(app.origin, PUBLIC, page),
    },
    plan.rates,
  )
  const dynamic = found['floor: dynamic page']
  const to = (/** @type {string} */ name, base = dynamic) => ratioOf(found[/** @type {keyof typeof found} */ (name)], base)
  const publicPages = Object.keys(PUBLIC)
  return [
    { id: 'redirect', values: [to('redirect', found['floor: redirect'])] },
    { id: 'private', values: [to('home')] },
    { id: 'account', values: INSIDE.map((name) => to(name)) },
    { id: 'public', values: publicPages.map((name) => to(name)) },
    { id: 'public-prerendered', values: publicPages.map((name) => to(name, found['floor: prerendered page'])) },
  ].map((row) => ({ ...row, raw: row.id === 'redirect' ? found : undefined }))
}

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function fixedRows({ app, urls, cookie, plan }) {
  const preload = pathToFileURL(path.join(ROOT, 'bench', 'fixed-rows.mjs')).href
  const fixed = await startApp(urls, {
    database: 'bench',
    isNew: false,
    env: { AUTH_SECRET: app.env.AUTH_SECRET ?? '', NODE_OPTIONS: `${NODE_OPTIONS} --import=${preload}` },
  })
  try {
    const page = (/** @type {string} */ url) => ({ url, connections: 16, status: 200, headers: { cookie } })
    const names = Object.entries(PAGES)
    const found = await measureRates(
      Object.fromEntries(
        names.flatMap(([name, at]) => [
          [name, page(`${app.origin}${at}`)],
          [`${name}, fixed rows`, page(`${fixed.origin}${at}`)],
        ]),
      ),
      plan.rates,
    )
    const values = names.map(([name]) => ratioOf(found[name] ?? [], found[`${name}, fixed rows`] ?? []))
    return [{ id: 'fixed', values, raw: found }]
  } finally {
    await fixed.stop()
  }
}

/**
 * @template {string} Name @template T
 * @param {string} origin @param {Record<Name, string>} pages @param {(url: string, headers?: object) => T} page @param {object} [headers]
 */
function targets(origin, pages, page, headers) {
  const entries = Object.entries(pages).map(([name, at]) => [name, page(`${origin}${at}`, headers)])
  return /** @type {Record<Name, T>} */ (Object.fromEntries(entries))
}
