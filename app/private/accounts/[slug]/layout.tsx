import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PrivateShell } from '@/app/private/shell'
import { BRAND } from '@/lib/brand'
import { findUser } from '@/lib/scope'
import { isInAccount } from '@/lib/session-scope'

type Props = { params: Promise<{ slug: string }>; children: ReactNode }

/** Puts the account in the titles of its pages, before the product: "Members · Heron Press". */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const scope = await findUser((await params).slug)
  const of = scope && isInAccount(scope) ? `${scope.account.name} · ${BRAND.name}` : BRAND.name
  return { title: { template: `%s · ${of}`, absolute: of } }
}

export default async function AccountLayout({ params, children }: Props) {
  return <PrivateShell slug={(await params).slug}>{children}</PrivateShell>
}
