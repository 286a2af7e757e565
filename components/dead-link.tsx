import type { Route } from 'next'
import type { ReactNode } from 'react'
import { Link } from '@/components/ui/link'
import * as labels from '@/lib/labels/public'
import { Button } from './ui/button'

/** The page behind an expired or used link, with a next step. */
export function DeadLink({ children, next }: { children: ReactNode; next?: { label: string; href: Route } }) {
  return (
    <>
      <h1 className="text-title">{labels.deadLink}</h1>
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
