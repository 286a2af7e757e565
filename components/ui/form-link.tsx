import type { Route } from 'next'
import Link from 'next/link'

/** A link between the sign-in and sign-up forms. */
export function FormLink({ href, children }: { href: Route; children: string }) {
  return (
    <Link href={href} prefetch={false} className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-4">
      {children}
    </Link>
  )
}
