'use client'

import { formFor } from '@/components/form-for'
import { Disclosure } from '@/components/ui/disclosure'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/projects/labels'
import type { editProjectSchema, projectSchema } from '@/lib/projects/schema'
import { deleteProjectAction, editProjectAction } from '../../actions'
import { StatusOptions } from '../../status-options'

const Edit = formFor<typeof editProjectSchema>()
const Delete = formFor<typeof projectSchema>()
const loadEditProjectSchema = () => import('@/lib/projects/schema').then((rules) => rules.editProjectSchema)

type Props = {
  slug: string
  id: string
  values: { name: string; description: string; status: string; leadId: string }
  /** the names of the members who can lead it, by id */
  leads: Record<string, string>
}

/** Changes a project, and returns to its page. */
export function EditProjectForm({ slug, id, values, leads }: Props) {
  const byName = Object.entries(leads).sort(([, one], [, other]) => one.localeCompare(other, 'en'))
  return (
    <Edit.Form action={editProjectAction.bind(null, slug)} schema={loadEditProjectSchema} values={values} hidden={{ id }}>
      <Edit.Field name="name" label={labels.name} defaultValue={values.name} autoComplete="off" />
      <Edit.TextArea name="description" label={labels.description} defaultValue={values.description} rows={5} />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Edit.Select name="status" label={labels.status} defaultValue={values.status}>
          <StatusOptions />
        </Edit.Select>
        <Edit.Select name="leadId" label={labels.lead} defaultValue={values.leadId}>
          <option value="">No lead</option>
          {byName.map(([member, name]) => (
            <option key={member} value={member}>
              {name}
            </option>
          ))}
        </Edit.Select>
      </div>
      <SubmitButton>{labels.save}</SubmitButton>
      <FormOutcome />
    </Edit.Form>
  )
}

/** Deletes a project after a confirmation. */
export function DeleteProjectForm({ slug, id, name }: { slug: string; id: string; name: string }) {
  return (
    <section id="delete" aria-labelledby="delete-title" className="mt-6 scroll-mt-8 border-t border-line pt-6">
      <h2 id="delete-title" className="text-heading">
        Delete this project
      </h2>
      <p className="pt-1 pb-3 text-ink-soft">You can archive a project to hide it, and restore it later.</p>
      <Disclosure label="Delete" about={name}>
        <p className="mb-3">This deletes “{name}” and its updates for everyone in the account and can’t be undone.</p>
        <Delete.Form action={deleteProjectAction.bind(null, slug)} hidden={{ id }}>
          <SubmitButton look="danger" label={labels.deleteProject(name)}>
            Delete project
          </SubmitButton>
          <FormOutcome />
        </Delete.Form>
      </Disclosure>
    </section>
  )
}
