'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/projects/labels'
import type { newProjectSchema } from '@/lib/projects/schema'
import { createProjectAction } from './actions'
import { StatusOptions } from './status-options'

const { Form, Field, TextArea, Select } = formFor<typeof newProjectSchema>()
const loadNewProjectSchema = () => import('@/lib/projects/schema').then((rules) => rules.newProjectSchema)

/** Creates a project, and opens its page. */
export function NewProjectForm({ slug }: { slug: string }) {
  return (
    <Form
      action={createProjectAction.bind(null, slug)}
      schema={loadNewProjectSchema}
      values={{ name: '', description: '', status: 'planned' }}
    >
      <Field name="name" label={labels.name} autoComplete="off" autoFocus />
      <TextArea name="description" label={labels.description} rows={3} />
      <Select name="status" label={labels.status} defaultValue="planned">
        <StatusOptions />
      </Select>
      <p className="pb-4 text-small text-ink-soft">You lead the project until you choose someone else.</p>
      <SubmitButton>{labels.createProject}</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
