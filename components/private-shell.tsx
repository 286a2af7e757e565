import type { ReactNode } from 'react'
import { listOwnAccounts } from '@/lib/accounts/list'
import { readFlash } from '@/lib/http/flash'
import { findUser } from '@/lib/scope'
import { FlashMessage } from './flash-message'
import { Rail } from './rail'
import { SessionBeacon } from './session-beacon'
import { VerifyBanner } from './verify-banner'

/**
 * The layout around every private page. It protects nothing: each page requires its own scope.
 * @param slug the account's slug, unvalidated, from the URL
 */
export async function PrivateShell({ slug, children }: { slug?: string; children: ReactNode }) {
  const scope = await findUser()
  if (!scope) return children // the page itself redirects to sign in
  const said = await readFlash()
  return (
    <div className="min-h-dvh md:flex">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-surface-raised focus:px-4 focus:py-2"
      >
        Skip to content
      </a>
      <Rail scope={scope} accounts={await listOwnAccounts(scope)} slug={slug} />
      <div className="min-w-0 flex-1">
        {scope.user.emailVerified ? null : <VerifyBanner email={scope.user.email} />}
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto flex w-full max-w-[1040px] min-w-0 flex-col px-4 pt-6 pb-16 focus:outline-none sm:px-10 sm:pt-10"
        >
          {/* after the page in the source, so that a form's own message comes first; CSS moves it above */}
          <div className="min-w-0">{children}</div>
          {said ? <FlashMessage sentence={said} /> : null}
        </main>
      </div>
      <SessionBeacon userId={scope.user.id} />
    </div>
  )
}
