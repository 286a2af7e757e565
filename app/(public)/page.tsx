import { Database, FileClock, KeyRound, MonitorSmartphone, MousePointerClick, UsersRound } from 'lucide-react'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import type { StaticImageData } from 'next/image'
import { Arches } from '@/components/arches'
import { CopyButton } from '@/components/copy-button'
import { Flash } from '@/components/flash'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { BRAND } from '@/lib/brand'
import { darkMedia, readTheme } from '@/lib/http/theme'
import { themeCookie } from '@/lib/http/theme-cookie'
import * as labels from '@/lib/labels/public'
import { env } from '@/lib/platform/env'
import dark from './home-dark.webp'
import light from './home-light.webp'
import phoneDark from './home-phone-dark.webp'
import phoneLight from './home-phone-light.webp'
import { PublicHeader } from './public-header'

export const metadata: Metadata = { title: { absolute: `${BRAND.name} · ${BRAND.description}` } }

const PHONE = '(max-width: 639px)'

const COMMAND = 'npm run dev'

const CAPABILITIES = [
  [
    UsersRound,
    'Accounts and members',
    'People belong to many accounts, as owner, admin, or member. Invite them by email, and transfer ownership.',
  ],
  [KeyRound, 'Permissions in one table', 'One file says who may do what. Every page and action checks it, and the tests try each role.'],
  [Database, 'Isolation in PostgreSQL', 'Row-level security keeps accounts apart, even if a query forgets to.'],
  [
    MonitorSmartphone,
    'Sessions you can end',
    'Sessions are rows. People see their devices, and signing out stops a copied cookie right away.',
  ],
  [FileClock, 'An audit trail', 'Each change records who did it, in the same transaction. A hash chain reveals tampering.'],
  [
    MousePointerClick,
    'Forms that always work',
    'Every form works without JavaScript. With it, you get instant validation, shortcuts, and Undo.',
  ],
] as const

const GUIDES = [
  ['Architecture', 'docs/guide/architecture.md'],
  ['Add a resource', 'docs/guide/add-a-resource.md'],
  ['Add a role', 'docs/guide/add-a-role.md'],
  ['Security', 'docs/guide/security.md'],
] as const

export default function HomePage() {
  return (
    <div className="relative isolate overflow-x-clip">
      <Arches className="pointer-events-none absolute -top-10 right-[max(-6rem,calc(50%-46rem))] -z-10 hidden w-[34rem] text-line lg:block" />
      <PublicHeader />
      <main className="mx-auto w-full max-w-6xl px-4 pt-8 pb-16 sm:px-6 lg:pt-16">
        <Flash />
        <h1 className="max-w-[22ch] text-title sm:text-display">{BRAND.description}</h1>
        <p className="mt-4 max-w-[56ch] text-lead text-ink-soft">
          Start with sign-up, teams, roles, and an audit trail that already work. Build the part that only you can build.
        </p>
        <div className="mt-6 flex flex-wrap items-center gap-3">
          <Button asChild look="main">
            {env().SIGN_UP === 'invite' ? (
              <Link href="/login" prefetch={false}>
                {labels.signIn}
              </Link>
            ) : (
              <Link href="/register" prefetch={false}>
                {labels.getStarted}
              </Link>
            )}
          </Button>
          <p className="flex min-h-control items-center gap-1 rounded-control border border-line bg-surface-raised pr-1 pl-4 font-mono text-small">
            <code>{COMMAND}</code>
            <CopyButton text={COMMAND} />
          </p>
        </div>
        <Screenshot />
        <section aria-labelledby="capabilities" className="pt-14">
          <h2 id="capabilities" className="text-heading">
            What works on day one
          </h2>
          <ul className="grid gap-x-10 gap-y-8 pt-6 sm:grid-cols-2 lg:grid-cols-3">
            {CAPABILITIES.map(([Icon, title, text]) => (
              <li key={title}>
                <Icon className="size-5 text-accent" aria-hidden="true" />
                <h3 className="pt-2 font-semibold">{title}</h3>
                <p className="pt-1 text-ink-soft">{text}</p>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="guides" className="mt-14 border-t border-line pt-8">
          <h2 id="guides" className="text-heading">
            Guides
          </h2>
          <ul className="grid gap-x-10 pt-2 sm:grid-cols-2 lg:grid-cols-4">
            {GUIDES.map(([title, path]) => (
              <li key={path}>
                {/* biome-ignore lint/correctness/noRestrictedElements: it leads out of the app, so there is no path to check */}
                <a
                  href={`${BRAND.repository}/${path}`}
                  className="flex min-h-control flex-col justify-center py-1 font-medium no-underline hover:underline"
                >
                  {title}
                  <span className="font-mono text-meta font-normal text-ink-soft">{path}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      </main>
    </div>
  )
}

/** An account's overview in the demo data. `npm run docs:screenshots` takes it. */
async function Screenshot() {
  const theme = readTheme((await cookies()).get(themeCookie().name)?.value)
  return (
    <picture>
      <source {...sourceOf(phoneDark)} data-dark={PHONE} media={darkMedia(theme, PHONE)} />
      <source {...sourceOf(phoneLight)} media={PHONE} />
      <source {...sourceOf(dark)} data-dark="all" media={darkMedia(theme)} />
      <img
        src={light.src}
        width={light.width}
        height={light.height}
        alt="The overview of the account Heron Press: its projects, its members, and what they did this week"
        fetchPriority="high"
        className="mt-12 h-auto w-full rounded-panel border border-line shadow-float"
      />
    </picture>
  )
}

/** Returns the attributes of a picture's source. The size reserves its space until it has loaded. */
function sourceOf({ src, width, height }: StaticImageData) {
  return { srcSet: src, width, height }
}
