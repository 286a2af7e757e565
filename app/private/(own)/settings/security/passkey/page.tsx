import type { Metadata } from 'next'
import { PasskeyButton } from '@/components/passkey-button'
import { PageHeader } from '@/components/ui/page-header'
import { optionalPath } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { requireUser } from '@/lib/scope'
import { addPasskeyAction, newPasskeyOptionsAction } from '../actions'

export const metadata: Metadata = { title: 'Add a passkey' }

const BACK = { href: '/private/settings/security', label: 'Security' } as const

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export default async function PasskeyPage({ searchParams }: Props) {
  await requireUser()
  const next = optionalPath((await searchParams).next)
  return (
    <>
      <PageHeader
        title={labels.addPasskey}
        back={BACK}
        line="Sign in with your fingerprint, face, or screen lock, or with a security key. A passkey can’t be guessed or phished."
      />
      <PasskeyButton
        label={labels.createPasskey}
        look="main"
        ceremony="create"
        options={newPasskeyOptionsAction}
        action={addPasskeyAction}
        fields={next ? { next } : {}}
      />
      <noscript>Passkeys need JavaScript. You can add an authenticator app without it.</noscript>
    </>
  )
}
