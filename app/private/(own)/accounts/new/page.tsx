import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import * as labels from '@/lib/labels/private'
import { requireUser } from '@/lib/scope'
import { NewAccountForm } from './form'

export const metadata: Metadata = { title: 'New account' }

export default async function NewAccountPage() {
  await requireUser()
  return (
    <>
      <PageHeader
        title={labels.newAccount}
        back={{ href: '/private', label: labels.yourAccounts }}
        line="For another team or company. You’ll be its owner."
      />
      <NewAccountForm />
    </>
  )
}
