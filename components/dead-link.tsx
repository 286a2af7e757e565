import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from './ui/button'

/** What stands behind a link that can no longer be used: that it cannot, and what to do next. */
export function DeadLink({ children, next }: { children: ReactNode; next?: { label: string; href: string } }) {
  return (
    <>
      <h1 className="text-title">That link has expired</h1>
      <p className="mt-2 mb-6 text-ink-soft">{children}</p>
      {next ? (
        <Button asChild look="main" className="w-full">
          <Link href={next.href} prefetch={false}>
            {next.label}
          </Link>
        </Button>
      ) : null}
    </>
  )
}
