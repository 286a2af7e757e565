import type { Metadata } from 'next'
import { CopyButton } from '@/components/copy-button'
import { PrintButton } from '@/components/print-button'
import { Anchor } from '@/components/ui/anchor'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { BRAND } from '@/lib/brand'
import { findSheet } from '@/lib/factors/recovery-codes'
import { optionalPath } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { requireUser } from '@/lib/scope'
import { DismissSheetForm, RenewRecoveryCodesForm } from '../forms'

export const metadata: Metadata = { title: 'Recovery codes' }

const BACK = { href: '/private/settings/security', label: 'Security' } as const

type Props = { searchParams: Promise<{ next?: string | string[] }> }

/** Shows new recovery codes in the session that generated them, until the user has saved them. */
export default async function RecoveryCodesPage({ searchParams }: Props) {
  const next = optionalPath((await searchParams).next)
  const scope = await requireUser()
  const codes = await findSheet(scope)
  if (!codes)
    return (
      <>
        <PageHeader
          title="Recovery codes"
          back={BACK}
          line="If you lose your authenticator app, a recovery code signs you in once. We show codes only when they’re generated."
        />
        <RenewRecoveryCodesForm />
      </>
    )
  const text = `${BRAND.name} recovery codes for ${scope.user.email}\n\n${codes.join('\n')}\n`
  return (
    <>
      <PageHeader
        title={labels.saveRecoveryCodes}
        back={BACK}
        line="Each code signs you in once if you lose your second factor. Keep them where you keep your passwords."
      />
      <ul className="grid w-fit gap-y-1 rounded-panel border border-line bg-surface-raised p-4">
        {codes.map((code) => (
          <li key={code}>
            <code className="text-body">{code}</code>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2 pt-3 pb-6 print:hidden">
        <CopyButton text={codes.join('\n')} name="recovery codes" isWide />
        <Button asChild>
          <Anchor href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download="recovery-codes.txt" data-file>
            Download
          </Anchor>
        </Button>
        <PrintButton />
      </div>
      <DismissSheetForm next={next} />
    </>
  )
}
