import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { resendVerificationAction, setTheme, signOutAction } from '@/app/actions'
import { Flash } from '@/components/flash'
import { Rail } from '@/components/shell/rail'
import { ShellEvents } from '@/components/shell/shell-events'
import { VerifyBanner } from '@/components/verify-banner'
import { listSwitcherAccounts } from '@/lib/accounts/list'
import { PATH_HEADER } from '@/lib/http/paths'
import { findUser } from '@/lib/scope'

/**
 * The frame of every private page. It protects nothing: each page requires its scope itself.
 * @param slug of the page's account, unchecked from the URL
 */
export async function PrivateShell({ slug, children }: { slug?: string; children: ReactNode }) {
  const scope = await findUser(slug)
  if (!scope) return children // the page redirects to sign-in
  const request = await headers()
  const place = {
    path: request.get(PATH_HEADER)?.split('?')[0] ?? '',
    isMac: /Mac|iPhone|iPad/.test(request.get('user-agent') ?? ''),
  }
  return (
    <div data-density="dense" className="min-h-dvh md:flex">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-surface-raised focus:px-4 focus:py-2"
      >
        Skip to content
      </a>
      <Rail scope={scope} accounts={listSwitcherAccounts(scope, slug)} place={place} actions={{ signOut: signOutAction, setTheme }} />
      <div className="min-w-0 flex-1">
        {scope.user.emailVerified ? null : <VerifyBanner email={scope.user.email} resend={resendVerificationAction} />}
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[1040px] min-w-0 px-4 pt-6 pb-16 focus:outline-none sm:px-10 sm:pt-10"
        >
          <Flash />
          {children}
        </main>
      </div>
      <ShellEvents userId={scope.user.id} />
    </div>
  )
}
