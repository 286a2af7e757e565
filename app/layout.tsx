import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Toaster } from 'sonner'
import { readTheme, THEME_COOKIE } from '@/lib/http/theme'
import { latin, latinExtended } from './fonts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Atrium', template: '%s · Atrium' },
  description: 'The entrance hall of your product: people, their accounts, and a door that holds.',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9f7f2' },
    { media: '(prefers-color-scheme: dark)', color: '#161c27' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  await headers() // every page is made for its request: its Content-Security-Policy carries a nonce of its own
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html
      lang="en"
      className={`${latin.variable} ${latinExtended.variable}`}
      data-theme={theme === 'system' ? undefined : theme}
      suppressHydrationWarning
    >
      <body className="min-h-dvh font-sans">
        {children}
        <Toaster
          position="bottom-center"
          toastOptions={{
            style: {
              background: 'var(--surface-raised)',
              color: 'var(--ink)',
              borderColor: 'var(--line)',
              borderRadius: '10px',
              fontFamily: 'inherit',
              fontSize: '0.9375rem',
            },
          }}
        />
      </body>
    </html>
  )
}
