import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { RECOVERY, SecondFactor, waysToVerify } from '@/app/(auth)/login/verify/second-factor'
import { Anchor } from '@/components/ui/anchor'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { sectionPath } from '@/lib/accounts/paths'
import { readFactors } from '@/lib/factors/list'
import { type Route, safePath, withQuery } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
import { findInvitingAccount, type InvitingAccount } from '@/lib/invitations/pending'
import * as labels from '@/lib/labels/private'
import { findUser, requireMembership, type UserScope, unmetRules } from '@/lib/scope'
import { isInAccount } from '@/lib/session-scope'
import { VerifyPasswordForm } from './form'
import { RULE_TEXTS } from './rule-texts'

export const metadata: Metadata = { title: 'Verify' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ callbackUrl?: string | string[]; with?: string | string[] }> }

/** Says what the account requires beyond being signed in, and leads back to where the user was. It shows nothing of the account. */
export default async function VerifyPage({ params, searchParams }: Props) {
  const scope = await requireAsked((await params).slug)
  const query = await searchParams
  const callbackUrl = safePath(query.callbackUrl)
  const request = requestInfo(await headers())
  const rules = unmetRules(scope, request)
  const { name } = scope.account
  if (!rules.length) return <Done accountName={name} callbackUrl={callbackUrl} />
  const asksForPassword = rules.includes('idle') || rules.includes('age')
  return (
    <>
      <PageHeader
        title={`Verify to open ${name}`}
        line="This account requires more than signing in. You can still use your other accounts."
      />
      {rules.includes('address') ? (
        <Part rule="address">
          <p className="text-ink-soft">
            Your current IP address: <span className="font-medium text-ink tabular-nums">{request.ip ?? 'unknown'}</span>
          </p>
        </Part>
      ) : null}
      {asksForPassword ? (
        <Part rule={rules.includes('idle') ? 'idle' : 'age'}>
          <VerifyPasswordForm email={scope.user.email} callbackUrl={callbackUrl} />
        </Part>
      ) : null}
      {rules.includes('second-factor') ? (
        <Part rule="second-factor">
          <Factor scope={scope} callbackUrl={callbackUrl} isRecovery={query.with === RECOVERY} />
        </Part>
      ) : null}
    </>
  )
}

/** What the page shows: the user, and the account that they are in or were invited to. */
type Asked = UserScope & InvitingAccount

/** Requires a member of the account, or a user whom it invited: they verify first, and then join. */
async function requireAsked(slug: string): Promise<Asked> {
  const scope = await findUser(slug)
  const inviting = scope && !isInAccount(scope) ? await findInvitingAccount(scope, slug) : null
  return scope && inviting ? { ...scope, ...inviting } : requireMembership(slug)
}

/** Asks for a factor that counts here. A user without one gets a link to set it up. */
async function Factor({ scope, callbackUrl, isRecovery }: { scope: Asked; callbackUrl: Route; isRecovery: boolean }) {
  const page = sectionPath(scope.account.slug, 'verify')
  const ways = waysToVerify(await readFactors(scope), scope.account.policy.factorMethods)
  return (
    <div className="max-w-[400px]">
      <SecondFactor ways={ways} page={page} callbackUrl={callbackUrl} isRecovery={isRecovery} />
      {ways.hasCode || ways.hasPasskey ? null : (
        <Button asChild look={ways.hasRecoveryCode ? 'quiet' : 'main'}>
          <Anchor href={withQuery('/private/settings/security', { callbackUrl: withQuery(page, { callbackUrl }) })}>
            {labels.setUpSecondFactor}
          </Anchor>
        </Button>
      )}
    </div>
  )
}

function Part({ rule, children }: { rule: keyof typeof RULE_TEXTS; children: ReactNode }) {
  const { title, reason } = RULE_TEXTS[rule]
  return (
    <section aria-labelledby={rule} className="border-t border-line py-6">
      <h2 id={rule} className="pb-1 text-heading">
        {title}
      </h2>
      <p className="max-w-[65ch] pb-4 text-ink-soft">{reason}</p>
      {children}
    </section>
  )
}

function Done({ accountName, callbackUrl }: { accountName: string; callbackUrl: Route }) {
  return (
    <>
      <PageHeader title="You’re verified" line={`${accountName} doesn’t require anything else right now.`} />
      <Button asChild look="main">
        <Anchor href={callbackUrl}>{labels.continueButton}</Anchor>
      </Button>
    </>
  )
}
