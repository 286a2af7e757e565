import type { ReactNode } from 'react'
import { PrivateShell } from '@/app/private/shell'

type Props = { params: Promise<{ slug: string }>; children: ReactNode }

export default async function AccountLayout({ params, children }: Props) {
  return <PrivateShell slug={(await params).slug}>{children}</PrivateShell>
}
