import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { PrivateShell } from '@/app/private/shell'
import { BRAND } from '@/lib/brand'
import { toClient } from '@/lib/client-view'
import { findHeldForm } from '@/lib/held-form'
import { requestInfo } from '@/lib/http/request-info'
import { findUser, unmetRules } from '@/lib/scope'
import { isInAccount } from '@/lib/session-scope'
import { HeldForm } from './held-form'

type Props = { params: Promise<{ slug: string }>; children: ReactNode }

/** Puts the account in the titles of its pages, before the product: "Members · Heron Press". */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const scope = await findUser((await params).slug)
  const of = scope && isInAccount(scope) ? `${scope.account.name} · ${BRAND.name}` : BRAND.name
  return { title: { template: `%s · ${of}`, absolute: of } }
}

export default async function AccountLayout({ params, children }: Props) {
  const { slug } = await params
  const held = await heldFormOf(slug)
  return <PrivateShell slug={slug}>{held ? <HeldForm {...held} /> : children}</PrivateShell>
}

/** Returns the form to show in place of the page: one that was sent without JavaScript to an account whose policy is not met. */
async function heldFormOf(slug: string) {
  const held = await findHeldForm()
  const scope = held && (await findUser(slug))
  if (!scope || !isInAccount(scope)) return undefined
  const isMet = unmetRules(scope, requestInfo(await headers())).length === 0
  return isMet && !held.isAgain ? undefined : toClient(held, ['action', 'state', 'shown', 'hidden'])
}
