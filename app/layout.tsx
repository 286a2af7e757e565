import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { BRAND, COLORS } from '@/lib/brand'
import { readTheme } from '@/lib/http/theme'
import { themeCookie } from '@/lib/http/theme-cookie'
import { env } from '@/lib/platform/env'
import { latin, latinExtended } from './fonts'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  await connection() // APP_URL is a setting of the server, not of the build
  return {
    metadataBase: new URL(env().APP_URL),
    title: { default: BRAND.name, template: `%s · ${BRAND.name}` },
    description: BRAND.description,
  }
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: COLORS.surface.light },
    { media: '(prefers-color-scheme: dark)', color: COLORS.surface.dark },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  await headers() // renders each page for its request, because the Content-Security-Policy has a nonce for each
  const theme = readTheme((await cookies()).get(themeCookie().name)?.value)
  return (
    <html
      lang="en"
      className={`${latin.variable} ${latinExtended.variable}`}
      data-theme={theme === 'system' ? undefined : theme}
      suppressHydrationWarning
    >
      <body className="min-h-dvh font-sans">{children}</body>
    </html>
  )
}
