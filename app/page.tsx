import { ArrowRight } from 'lucide-react'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { Arches } from '@/components/arches'
import { PublicHeader } from '@/components/public-header'
import { Button } from '@/components/ui/button'
import { FormMessage } from '@/components/ui/form-message'
import { sessionCookie } from '@/lib/auth.config'

const PROMISES = [
  ['One step in', 'A person and the account they own are made together, or not at all. Nothing is left half done.'],
  ['Walls that hold', 'The database itself keeps accounts apart, also on the day somebody forgets to ask for it.'],
  ['Out means out', 'Signing out ends the session itself. A copy of its cookie is worth nothing from the next request on.'],
] as const

type Props = { searchParams: Promise<Record<string, string | string[]>> }

export default async function HomePage({ searchParams }: Props) {
  // Said to nobody who is signed in, however they came by the address.
  const isGone = 'deleted' in (await searchParams) && !(await cookies()).has(sessionCookie().name)
  return (
    <>
      <PublicHeader />
      <main className="mx-auto grid w-full max-w-6xl items-center gap-10 px-4 pt-10 pb-16 sm:px-6 lg:grid-cols-[1.1fr_1fr] lg:pt-16">
        <div>
          {isGone ? (
            <div className="pb-6">
              <FormMessage tone="success">Your user is deleted, and you are signed out everywhere.</FormMessage>
            </div>
          ) : null}
          <h1 className="max-w-[18ch] text-title sm:text-display">The entrance hall of your product</h1>
          <p className="mt-4 max-w-[56ch] text-lead text-ink-soft">
            Sign-up, accounts, members and a door that holds are here already. Step through it, and build what only you can build.
          </p>
          <Button asChild look="main" className="mt-6">
            <Link href="/private" prefetch={false}>
              Step inside
              <ArrowRight className="size-4" aria-hidden="true" />
            </Link>
          </Button>
          <dl className="mt-16 grid gap-6 border-t border-line pt-6 sm:grid-cols-3">
            {PROMISES.map(([title, text]) => (
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
