import { Monitor, Smartphone } from 'lucide-react'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { EmptyState } from '@/components/empty-state'
import { Badge } from '@/components/ui/badge'
import { KeepFocus } from '@/components/ui/keep-focus'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { Day, Moment } from '@/components/ui/time'
import { message, sentence } from '@/lib/messages'
import { SESSIONS_MAX } from '@/lib/quotas'
import { requireUser } from '@/lib/scope'
import { listSessions, type OwnBrowser, type OwnSession } from '@/lib/sessions/others'
import { sessionQuerySchema } from '@/lib/sessions/schema'
import { EndForm, EndOthersForm, ForgetBrowserForm } from './forms'

export const metadata: Metadata = { title: 'Sessions' }

type Props = { searchParams: Promise<Record<string, string | string[]>> }

export default async function SessionsPage({ searchParams }: Props) {
  const scope = await requireUser()
  const { after } = sessionQuerySchema.parse(await searchParams)
  const { current, others, next, browsers } = await listSessions(scope, after)
  return (
    <KeepFocus heading="page-title">
      <PageHeader
        title="Sessions"
        line="Where you’re signed in. End any session you don’t recognize, then change your password."
        action={others.length || after ? <EndOthersForm /> : null}
      />
      <ul className="border-y border-line">
        {current ? <SessionRow session={current} action={<Badge>This session</Badge>} /> : null}
        {others.map((session) => (
          <SessionRow key={session.handle} session={session} action={<EndForm handle={session.handle} device={session.device} />} />
        ))}
      </ul>
      {after && !others.length ? <EmptyState title="No more sessions">This is the end of the list.</EmptyState> : null}
      <Paging path="/private/settings/sessions" kept={{}} next={next} isFirst={!after} />
      <p className="pt-4 text-small text-ink-soft">{sentence(message('sessions-quota', { max: SESSIONS_MAX }))}</p>
      {others.length || after ? null : <p className="pt-4 text-ink-soft">No other active sessions.</p>}
      {browsers.length ? <RememberedBrowsers browsers={browsers} /> : null}
    </KeepFocus>
  )
}

const LIST = new Intl.ListFormat('en')

const PROOFS: Record<string, string> = {
  password: 'a password',
  email: 'an emailed link',
  totp: 'an authenticator app',
  passkey: 'a passkey',
  recovery_code: 'a recovery code',
  remembered: 'a remembered browser',
}

function SessionRow({ session: { device, ip, signedInAt, lastSeenAt, proofs }, action }: { session: OwnSession; action: ReactNode }) {
  return (
    <DeviceRow device={device} action={action}>
      {ip ?? 'Unknown IP address'} · Signed in <Moment at={signedInAt} />{' '}
      {proofs.length ? `with ${LIST.format(proofs.map((method) => PROOFS[method] ?? method))} ` : ''}· Last active{' '}
      <Moment at={lastSeenAt} />
    </DeviceRow>
  )
}

function RememberedBrowsers({ browsers }: { browsers: OwnBrowser[] }) {
  return (
    <section aria-labelledby="remembered-browsers" className="pt-10">
      <h2 id="remembered-browsers" className="text-heading">
        Remembered browsers
      </h2>
      <p className="pb-3 text-ink-soft">Signing in there takes no second factor. Forget any browser you don’t recognize.</p>
      <ul className="border-y border-line">
        {browsers.map(({ handle, device, ip, createdAt, expiresAt }) => (
          <DeviceRow key={handle} device={device} action={<ForgetBrowserForm handle={handle} device={device} />}>
            {ip ?? 'Unknown IP address'} · Remembered <Moment at={createdAt} /> · Until <Day at={expiresAt} />
          </DeviceRow>
        ))}
      </ul>
    </section>
  )
}

function DeviceRow({ device, action, children }: { device: string; action: ReactNode; children: ReactNode }) {
  const Icon = /\b(?:iOS|Android)\b/.test(device) ? Smartphone : Monitor
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-1.5 first:border-t-0">
      <Icon className="size-5 shrink-0 text-ink-soft" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{device}</p>
        <p className="text-small text-ink-soft">{children}</p>
      </div>
      {action}
    </li>
  )
}
