import type { Route } from 'next'
import { Link } from '@/components/ui/link'

/** A link between the sign-in and sign-up forms. */
export function FormLink({ href, children }: { href: Route; children: string }) {
  return (
    <Link href={href} prefetch={false} className="form-link">
      {children}
    </Link>
  )
}
