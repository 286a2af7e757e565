import type { ReactNode } from 'react'
import { setTheme } from '@/app/actions'
import { Arches } from '@/components/arches'
import { Brand } from '@/components/brand'
import { Flash } from '@/components/flash'
import { SessionBeacon } from '@/components/session-beacon'
import { ThemeChoice } from '@/components/theme-choice'

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-2">
      <div className="flex min-w-0 flex-col px-4 sm:px-6">
        <header className="flex items-center justify-between py-3">
          <Brand />
          <ThemeChoice action={setTheme} />
        </header>
        {/* not centered, so that every form's title is at the same height; higher on a short screen, so that the longest form fits */}
        <main className="relative mx-auto w-full max-w-[400px] flex-1 pt-6 pb-10 [--above:clamp(0.5rem,100dvh_-_46rem,14dvh)] sm:pt-(--above)">
          <div className="sm:absolute sm:inset-x-0 sm:top-0 sm:flex sm:h-(--above) sm:items-end">
            <Flash />
          </div>
          {children}
        </main>
      </div>
      <div className="hidden place-items-center border-l border-line bg-surface-sunken lg:grid">
        <Arches className="max-h-[72dvh] w-2/3 text-accent" />
      </div>
      <SessionBeacon userId={null} />
    </div>
  )
}
