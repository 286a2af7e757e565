import type { Metadata } from 'next'
import { CopyButton } from '@/components/copy-button'
import { PageHeader } from '@/components/ui/page-header'
import { findEnrollment } from '@/lib/factors/authenticator'
import { qrPathOf } from '@/lib/factors/qr'
import { textKeyOf, totpUri } from '@/lib/factors/totp'
import { optionalPath } from '@/lib/http/paths'
import { requireUser } from '@/lib/scope'
import { StartTotpForm } from '../factor-forms'
import { ConfirmTotpForm } from '../forms'

export const metadata: Metadata = { title: 'Authenticator app' }

const BACK = { href: '/private/settings/security', label: 'Security' } as const

type Props = { searchParams: Promise<{ next?: string | string[] }> }

/** Sets up an authenticator app. Only the session that started this sees the key. */
export default async function AuthenticatorPage({ searchParams }: Props) {
  const next = optionalPath((await searchParams).next)
  const scope = await requireUser()
  const secret = await findEnrollment(scope)
  if (!secret)
    return (
      <>
        <PageHeader title="Authenticator app" back={BACK} line="An app on your phone shows a new six-digit code every 30 seconds." />
        <StartTotpForm label="Set up an authenticator app" look="main" next={next} />
      </>
    )
  const key = textKeyOf(secret)
  return (
    <>
      <PageHeader title="Set up your authenticator app" back={BACK} line="Scan the code with the app, or type the key into it." />
      <QrCode text={totpUri(secret, scope.user.email)} />
      <dl className="py-6">
        <dt className="font-medium">Key</dt>
        <dd className="flex flex-wrap items-center gap-x-2">
          <code className="text-body wrap-anywhere max-sm:text-small">{key}</code>
          <CopyButton text={key.replaceAll(' ', '')} name="the key" />
        </dd>
      </dl>
      <ConfirmTotpForm next={next} />
    </>
  )
}

/** Black on white in both themes, because some apps cannot read an inverted code. */
function QrCode({ text }: { text: string }) {
  const { path, size } = qrPathOf(text)
  return (
    <svg
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label="QR code with the key below"
      shapeRendering="crispEdges"
      className="size-56"
    >
      <rect x={-4} y={-4} width={size + 8} height={size + 8} rx={1} fill="white" />
      <path d={path} fill="black" />
    </svg>
  )
}
