import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PageHeader } from '@/components/ui/page-header'
import { sectionPath } from '@/lib/accounts/paths'
import { can } from '@/lib/policy'
import { findEditableProject } from '@/lib/projects/find'
import { requireScope } from '@/lib/scope'
import { DeleteProjectForm, EditProjectForm } from './forms'

export const metadata: Metadata = { title: 'Edit project' }

export default async function EditProjectPage({ params }: { params: Promise<{ slug: string; id: string }> }) {
  const { slug, id } = await params
  const scope = await requireScope(slug, 'project.edit')
  const { name, description, status, leadId, leads, createdBy } = (await findEditableProject(scope, id)) ?? notFound()
  const isMember = leads.some((lead) => lead.id === leadId)
  const values = { name, description, status, leadId: isMember && leadId ? leadId : '' }
  return (
    <>
      <PageHeader title={`Edit ${name}`} back={{ href: sectionPath(slug, 'projects/[id]', id), label: name }} />
      <div className="max-w-[560px]">
        <EditProjectForm slug={slug} id={id} values={values} leads={Object.fromEntries(leads.map((lead) => [lead.id, lead.name]))} />
        {can(scope, 'project.delete', { createdBy }) ? <DeleteProjectForm slug={slug} id={id} name={name} /> : null}
      </div>
    </>
  )
}
