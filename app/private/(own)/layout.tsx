import type { ReactNode } from 'react'
import { PrivateShell } from '@/components/private-shell'
import { requireUser } from '@/lib/scope'

export default async function OwnLayout({ children }: { children: ReactNode }) {
  return <PrivateShell scope={await requireUser()}>{children}</PrivateShell>
}
