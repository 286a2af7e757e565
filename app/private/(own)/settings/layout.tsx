import type { ReactNode } from 'react'
import { SettingsNav } from './nav'

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SettingsNav />
      {children}
    </>
  )
}
