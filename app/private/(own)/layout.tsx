import type { ReactNode } from 'react'
import { PrivateShell } from '@/app/private/shell'

export default function OwnLayout({ children }: { children: ReactNode }) {
  return <PrivateShell>{children}</PrivateShell>
}
