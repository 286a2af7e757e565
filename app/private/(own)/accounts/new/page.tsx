import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { requireUser } from '@/lib/scope'
import { NewAccountForm } from './form'

export const metadata: Metadata = { title: 'New account' }

export default async function NewAccountPage() {
  await requireUser()
  return (
    <>
      <PageHeader
        title="New account"
        back={{ href: '/private', label: 'Your accounts' }}
        line="For another team or company. You’ll be its owner."
      />
      <NewAccountForm />
    </>
  )
}
