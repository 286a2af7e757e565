import type { ReactNode } from 'react'
import { PrivateShell } from '@/components/private-shell'

export default function OwnLayout({ children }: { children: ReactNode }) {
  return <PrivateShell>{children}</PrivateShell>
}
