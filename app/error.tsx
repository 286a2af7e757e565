'use client'

import { Brand } from '@/components/brand'
import { ErrorMessage } from '@/components/error-message'
import { BRAND } from '@/lib/brand'

/** For an error outside the private shell, or in the shell itself. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <>
      <title>{`Something went wrong · ${BRAND.name}`}</title>
      <header className="px-4 py-3 sm:px-6">
        <Brand />
      </header>
      <main className="mx-auto max-w-[400px] px-4 pt-16 pb-16">
        <ErrorMessage error={error} />
      </main>
    </>
  )
}
