'use client'

import { Brand } from '@/components/brand'
import { Button } from '@/components/ui/button'
import { DATABASE_UNAVAILABLE_DIGEST } from '@/lib/platform/db-errors'

/** For a page that fails while one moves about inside; a page that fails at the first load is the server's to show. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  const isDatabaseUnavailable = error.digest === DATABASE_UNAVAILABLE_DIGEST
  return (
    <>
      <div className="px-4 py-3 sm:px-6">
        <Brand />
      </div>
      <main className="mx-auto max-w-[400px] px-4 pt-16 pb-16" role="alert">
        <h1 className="text-title">{isDatabaseUnavailable ? 'We cannot reach our records' : 'This page did not open'}</h1>
        <p className="mt-3 mb-6 text-ink-soft">
          {isDatabaseUnavailable
            ? 'The database is not answering, so this page cannot be shown. What you saved before is safe. It usually passes within a minute.'
            : 'Something went wrong on our side, and it has been noted. What you saved before is safe.'}
        </p>
        <Button look="main" onClick={() => window.location.reload()}>
          Try again
        </Button>
      </main>
    </>
  )
}
