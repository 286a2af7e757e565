import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PasskeySignal } from '@/components/passkey-signal'
import { Anchor } from '@/components/ui/anchor'
import { Button } from '@/components/ui/button'
import { KeepFocus } from '@/components/ui/keep-focus'
import { PageHeader } from '@/components/ui/page-header'
import { namesOf } from '@/lib/account-policies/requirements'
import { hasVerifiedFactor } from '@/lib/factors/changes'
import { readFactors } from '@/lib/factors/list'
import { relyingParty } from '@/lib/factors/relying-party'
import { FEW_RECOVERY_CODES } from '@/lib/factors/schema'
import { optionalPath, type Route, withCallback } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { message, sentence } from '@/lib/messages'
import { requireUser } from '@/lib/scope'
import { isEmailSignInOn } from '@/lib/users/email-sign-in'
import { StartPasskeyForm, StartTotpForm } from './factor-forms'
import { FactorRows } from './factors'
import { RenewRecoveryCodesForm } from './forms'
import { Row } from './row'

export const metadata: Metadata = { title: 'Security' }

const PATH = '/private/settings/security'

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

/** @param props `callbackUrl`: where the user continues once they have added a factor */
export default async function SecurityPage({ searchParams }: Props) {
  const next = optionalPath((await searchParams).callbackUrl)
  const scope = await requireUser()
  const factors = await readFactors(scope)
  const hasFactor = factors.totp.length > 0 || factors.passkeys.length > 0
  const { requirements } = factors
  const mayChange = !hasFactor || hasVerifiedFactor(scope)
  return (
    <KeepFocus heading="page-title">
      <PageHeader title="Security" line="How you sign in, and what we ask for besides your password." />
      {mayChange ? null : (
        <Notice>
          This browser skips your second factor. To make changes, confirm it first.
          <Button asChild>
            <Anchor href={withCallback('/login/verify', PATH)}>Confirm</Anchor>
          </Button>
        </Notice>
      )}
      {factors.isReset ? (
        <Notice>Your second factors were reset. Add a new one now: you can’t sign in again without it.</Notice>
      ) : !hasFactor && requirements.length ? (
        <Notice>{sentence(message('factor-asked-by', namesOf(requirements)))}</Notice>
      ) : null}
      <Section title="Ways to sign in">
        <Row name="Password" line="Changing it signs you out everywhere else.">
          <LinkButton href="/private/settings/password">{labels.changePassword}</LinkButton>
        </Row>
        {isEmailSignInOn() ? (
          <Row
            name="Emailed link"
            line={scope.user.emailVerified ? `We send it to ${scope.user.email}.` : 'Available once you confirm your email.'}
          >
            <LinkButton href="/private/settings/email">{labels.changeEmail}</LinkButton>
          </Row>
        ) : null}
        <Row name="Passkeys" line="Sign in with your fingerprint, face, screen lock, or a security key. A passkey is a second factor, too.">
          {mayChange ? <StartPasskeyForm next={next} /> : null}
        </Row>
        <FactorRows kind="passkey" factors={factors.passkeys} {...{ requirements, mayChange }} />
      </Section>
      <Section title="Second factors">
        <Row name="Authenticator apps" line="Asks for a six-digit code from an app on your phone when you sign in.">
          {mayChange ? <StartTotpForm label={factors.totp.length ? 'Add another' : labels.setUp} next={next} /> : null}
        </Row>
        <FactorRows kind="totp" factors={factors.totp} {...{ requirements, mayChange }} />
        {hasFactor ? <RecoveryCodesRow left={factors.recoveryCodes} mayChange={mayChange} /> : null}
        <BrowsersRow count={factors.browsers} />
      </Section>
      <PasskeySignal
        rpId={relyingParty().id}
        userId={Buffer.from(scope.user.id.replaceAll('-', ''), 'hex').toString('base64url')}
        credentialIds={factors.passkeys.map(({ credentialId }) => credentialId)}
      />
    </KeepFocus>
  )
}

function Notice({ children }: { children: ReactNode }) {
  return (
    <p className="mb-6 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-panel border border-line bg-surface-raised px-4 py-3">
      {children}
    </p>
  )
}

function RecoveryCodesRow({ left, mayChange }: { left: number; mayChange: boolean }) {
  const isLow = left <= FEW_RECOVERY_CODES
  return (
    <Row
      name="Recovery codes"
      line={
        <span className={isLow ? 'text-warning' : ''}>
          {left === 1 ? '1 code left.' : `${left} codes left.`}{' '}
          {isLow ? 'Generate new ones soon.' : 'Each works once if you lose a factor.'}
        </span>
      }
    >
      {mayChange ? <RenewRecoveryCodesForm /> : null}
    </Row>
  )
}

function BrowsersRow({ count }: { count: number }) {
  if (!count) return null
  return (
    <Row
      name="Remembered browsers"
      line={count === 1 ? 'One browser skips the second factor.' : `${count} browsers skip the second factor.`}
    >
      <LinkButton href="/private/settings/sessions#remembered-browsers">Review browsers</LinkButton>
    </Row>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(' ', '-')
  return (
    <section aria-labelledby={id} className="pb-8">
      <h2 id={id} className="pb-2 text-heading">
        {title}
      </h2>
      <ul className="border-y border-line">{children}</ul>
    </section>
  )
}

function LinkButton({ href, children }: { href: Route; children: string }) {
  return (
    <Button asChild look="quiet">
      <Anchor href={href}>{children}</Anchor>
    </Button>
  )
}
