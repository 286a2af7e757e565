import type { Metadata } from 'next'
import { Brand } from '@/components/brand'
import { NotFoundMessage } from '@/components/not-found-message'

export const metadata: Metadata = { title: 'Page not found' }

export default function NotFoundPage() {
  return (
    <>
      <header className="px-4 py-3 sm:px-6">
        <Brand />
      </header>
      <main className="mx-auto max-w-[400px] px-4 pt-24 pb-16">
        <NotFoundMessage />
      </main>
    </>
  )
}
