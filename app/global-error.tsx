'use client'

import { ErrorMessage } from '@/components/error-message'
import { BRAND } from '@/lib/brand'
import './globals.css'

/** For an error in the root layout, which this page replaces. */
export default function GlobalErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <head>
        <title>{`Something went wrong · ${BRAND.name}`}</title>
      </head>
      <body className="min-h-dvh font-sans">
        <main className="mx-auto max-w-[400px] px-4 pt-24 pb-16">
          <ErrorMessage error={error} />
        </main>
      </body>
    </html>
  )
}
