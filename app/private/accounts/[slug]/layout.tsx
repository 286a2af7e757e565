import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { PrivateShell } from '@/app/private/shell'
import { BRAND } from '@/lib/brand'
import { toClient } from '@/lib/client-view'
import { requestInfo } from '@/lib/http/request-info'
import { findUser, unmetRules } from '@/lib/scope'
import { isInAccount } from '@/lib/session-scope'
import { findUnsentForm } from '@/lib/unsent-form'
import { UnsentForm } from './unsent-form'

type Props = { params: Promise<{ slug: string }>; children: ReactNode }

/** Puts the account in the titles of its pages, before the product: "Members · Heron Press". */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const scope = await findUser((await params).slug)
  const of = scope && isInAccount(scope) ? `${scope.account.name} · ${BRAND.name}` : BRAND.name
  return { title: { template: `%s · ${of}`, absolute: of } }
}

export default async function AccountLayout({ params, children }: Props) {
  const { slug } = await params
  const unsent = await unsentFormOf(slug)
  return <PrivateShell slug={slug}>{unsent ? <UnsentForm {...unsent} /> : children}</PrivateShell>
}

/** Returns the form to show in place of the page: one that was sent without JavaScript to an account whose policy is not met. */
async function unsentFormOf(slug: string) {
  const unsent = await findUnsentForm()
  const scope = unsent && (await findUser(slug))
  if (!scope || !isInAccount(scope)) return undefined
  const isMet = unmetRules(scope, requestInfo(await headers())).length === 0
  return isMet && !unsent.isAgain ? undefined : toClient(unsent, ['action', 'state', 'shown', 'hidden'])
}
