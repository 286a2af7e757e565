import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { resendVerificationAction, setTheme, signOutAction } from '@/app/actions'
import { Flash } from '@/components/flash'
import { Rail, type SectionView } from '@/components/shell/rail'
import { ShellEvents } from '@/components/shell/shell-events'
import { Anchor } from '@/components/ui/anchor'
import { VerifyBanner } from '@/components/verify-banner'
import { listSwitcherAccounts } from '@/lib/accounts/list'
import { toClient } from '@/lib/client-view'
import { PATH_HEADER } from '@/lib/http/paths'
import { readTheme } from '@/lib/http/theme'
import { themeCookie } from '@/lib/http/theme-cookie'
import { readParamsOf } from '@/lib/messages'
import { findUser, type UserScope } from '@/lib/scope'
import { rolesFor, sectionsOf } from '@/lib/sections'
import { isInAccount } from '@/lib/session-scope'
import { UndoRemoval } from './accounts/[slug]/members/undo-removal'

/**
 * The frame of every private page. It protects nothing: each page requires its scope itself.
 * @param slug of the page's account, unchecked from the URL
 */
export async function PrivateShell({ slug, children }: { slug?: string; children: ReactNode }) {
  const scope = await findUser(slug)
  if (!scope) return children // the page redirects to sign-in
  return (
    <div data-density="dense" className="min-h-dvh md:flex">
      <Anchor href="#content" className="sr-only skip-link">
        Skip to content
      </Anchor>
      <Navigation scope={scope} slug={slug} />
      <div className="min-w-0 flex-1">
        {scope.user.emailVerified ? null : <VerifyBanner email={scope.user.email} resend={resendVerificationAction} />}
        <main id="content" tabIndex={-1} className="content">
          <Flash undoOf={(message) => undoOf(message, slug)} />
          {children}
        </main>
      </div>
      <ShellEvents userId={scope.user.id} />
    </div>
  )
}

async function Navigation({ scope, slug }: { scope: UserScope; slug: string | undefined }) {
  const [accounts, request, cookieStore] = await Promise.all([listSwitcherAccounts(scope, slug), headers(), cookies()])
  const account = isInAccount(scope) ? scope.account : undefined
  const view = {
    ...scope.user,
    path: request.get(PATH_HEADER)?.split('?')[0] ?? '',
    isMac: /Mac|iPhone|iPad/.test(request.get('user-agent') ?? ''),
    theme: readTheme(cookieStore.get(themeCookie().name)?.value),
    accountName: account?.name,
    accountSlug: account?.slug,
  }
  return (
    <Rail
      view={toClient(view, ['path', 'isMac', 'theme', 'email', 'name', 'accountName', 'accountSlug'])}
      sections={sectionViews(scope)}
      accounts={accounts.map((each) => toClient(each, ['name', 'slug', 'role', 'isSuspended']))}
      actions={{ signOut: signOutAction, setTheme }}
    />
  )
}

function sectionViews(scope: UserScope): SectionView[] {
  if (!isInAccount(scope)) return []
  return sectionsOf(scope).map((section) =>
    toClient({ ...section, roles: rolesFor(section.permission, scope).join(' ') }, ['title', 'segment', 'icon', 'roles']),
  )
}

/** Returns the form that undoes what a flash message announces. Its action checks the account and the id. */
function undoOf(message: string, slug: string | undefined): ReactNode {
  const removed = readParamsOf('member-removed', message)
  return removed && slug ? <UndoRemoval slug={slug} userId={String(removed.userId)} /> : null
}
