import { notFound } from 'next/navigation'
import { requireScope } from '@/lib/scope'

/** Any unknown path of an account: a 404 beside its navigation for members, and the same 404 as any other for everyone else. */
export default async function UnknownPage({ params }: { params: Promise<{ slug: string }> }) {
  await requireScope((await params).slug, 'account.view')
  notFound()
}
