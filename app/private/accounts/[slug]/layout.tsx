import type { ReactNode } from 'react'
import { PrivateShell } from '@/components/private-shell'
import { requireScope } from '@/lib/scope'

type Props = { children: ReactNode; params: Promise<{ slug: string }> }

export default async function AccountLayout({ children, params }: Props) {
  return <PrivateShell scope={await requireScope((await params).slug)}>{children}</PrivateShell>
}
