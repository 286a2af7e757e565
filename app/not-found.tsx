import type { Metadata } from 'next'
import Link from 'next/link'
import { Brand } from '@/components/brand'
import { Button } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Not here' }

/** Part of every page's payload, so it asks for nothing. */
export default function NotFound() {
  return (
    <>
      <header className="px-4 py-3 sm:px-6">
        <Brand />
      </header>
      <main className="mx-auto max-w-[400px] px-4 pt-24 pb-16">
        <h1 className="text-title">There is nothing here</h1>
        <p className="mt-3 mb-6 text-ink-soft">
          The page may have moved, or it belongs to an account you are not a member of. Check the address, or start over.
        </p>
        <Button asChild look="main">
          <Link href="/private" prefetch={false}>
            To your accounts
          </Link>
        </Button>
      </main>
    </>
  )
}
