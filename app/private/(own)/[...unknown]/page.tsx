import { notFound } from 'next/navigation'
import { requireUser } from '@/lib/scope'

/** Any unknown path under /private: redirects anonymous visitors to sign in and answers 404 to users. */
export default async function UnknownPage() {
  await requireUser()
  notFound()
}
