'use client'

import { Button } from '@/components/ui/button'
import * as labels from '@/lib/labels/common'
import { DATABASE_UNAVAILABLE_DIGEST } from '@/lib/platform/db-errors'

/** The content of every error page. The log has the same digest, as the error's reference. */
export function ErrorMessage({ error }: { error: Error & { digest?: string } }) {
  const isDatabaseUnavailable = error.digest === DATABASE_UNAVAILABLE_DIGEST
  return (
    <div className="max-w-[400px]" role="alert">
      <h1 className="text-title">{isDatabaseUnavailable ? 'We can’t load this right now' : 'Something went wrong'}</h1>
      <p className="mt-3 mb-6 text-ink-soft">
        {isDatabaseUnavailable
          ? 'Our database is not responding. Everything you saved is safe. Try again in a minute.'
          : 'This page failed to load, and we have logged the error. Everything you saved is safe.'}
      </p>
      <Button look="main" onClick={() => window.location.reload()}>
        {labels.tryAgain}
      </Button>
      {error.digest && !isDatabaseUnavailable ? <p className="mt-6 text-small text-ink-soft">Reference: {error.digest}</p> : null}
    </div>
  )
}
