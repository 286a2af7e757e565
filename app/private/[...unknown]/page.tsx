import { notFound } from 'next/navigation'
import { requireUser } from '@/lib/scope'

/** A path that nobody has: the sign-in page for those who are out, whatever their cookie looks like; a 404 for the rest. */
export default async function UnknownPage() {
  await requireUser()
  notFound()
}
