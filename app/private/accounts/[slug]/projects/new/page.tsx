import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { sectionPath } from '@/lib/accounts/paths'
import * as labels from '@/lib/projects/labels'
import { requireScope } from '@/lib/scope'
import { NewProjectForm } from '../new-form'

export const metadata: Metadata = { title: 'New project' }

export default async function NewProjectPage({ params }: { params: Promise<{ slug: string }> }) {
  const { account } = await requireScope((await params).slug, 'project.create')
  return (
    <>
      <PageHeader title={labels.newProject} back={{ href: sectionPath(account.slug, 'projects'), label: 'Projects' }} />
      <div className="max-w-[560px]">
        <NewProjectForm slug={account.slug} />
      </div>
    </>
  )
}
