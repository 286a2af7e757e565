import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { fieldsOf, policyOf, policySchema } from '@/lib/account-policies/form-schema'
import { sectionPath } from '@/lib/accounts/paths'
import { requireScope } from '@/lib/scope'
import { PolicyForm } from './form'

export const metadata: Metadata = { title: 'Security policy' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Its query refills the form when the owner returns from the review. */
export default async function PolicyPage({ params, searchParams }: Props) {
  const { account } = await requireScope((await params).slug, 'account.change-policy')
  const query = await searchParams
  const draft = query.secondFactor ? policySchema.safeParse(query).data : undefined
  return (
    <>
      <PageHeader
        title="Security policy"
        back={{ href: sectionPath(account.slug, 'settings'), label: 'Settings' }}
        line={`What ${account.name} requires of its members. Their other accounts aren’t affected.`}
      />
      <PolicyForm slug={account.slug} values={fieldsOf(draft ? policyOf(draft) : account.policy)} />
    </>
  )
}
