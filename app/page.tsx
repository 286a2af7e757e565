import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { Arches } from '@/components/arches'
import { Flash } from '@/components/flash'
import { Button } from '@/components/ui/button'
import { PublicHeader } from './public-header'

const FEATURES = [
  ['Sign-up in one step', 'A user and their account are created together or not at all.'],
  ['Isolated accounts', 'The database keeps accounts apart, even if a query forgets to.'],
  ['Real sign-out', 'Signing out ends the session on the server, so a copied cookie stops working right away.'],
] as const

export default function HomePage() {
  return (
    <>
      <PublicHeader />
      <main className="mx-auto grid w-full max-w-6xl items-center gap-10 px-4 pt-10 pb-16 sm:px-6 lg:grid-cols-[1.1fr_1fr] lg:pt-16">
        <div>
          <Flash />
          <h1 className="max-w-[18ch] text-title sm:text-display">The starting point for your B2B product</h1>
          <p className="mt-4 max-w-[56ch] text-lead text-ink-soft">
            Sign-up, accounts, members, and a private workspace are ready. Build the part only you can build.
          </p>
          <Button asChild look="main" className="mt-6">
            <Link href="/private" prefetch={false}>
              Get started
              <ArrowRight className="size-4" aria-hidden="true" />
            </Link>
          </Button>
          <dl className="mt-16 grid gap-6 border-t border-line pt-6 sm:grid-cols-3">
            {FEATURES.map(([title, text]) => (
              <div key={title}>
                <dt className="font-semibold">{title}</dt>
                <dd className="mt-1 text-small text-ink-soft">{text}</dd>
              </div>
            ))}
          </dl>
        </div>
        <Arches className="hidden w-full max-w-md justify-self-end text-accent lg:block" />
      </main>
    </>
  )
}
