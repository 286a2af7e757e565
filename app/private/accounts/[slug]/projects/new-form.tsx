'use client'

import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
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
      <Field name="name" label="Name" autoComplete="off" autoFocus />
      <TextArea name="description" label="Description (optional)" rows={3} />
      <Select name="status" label="Status" defaultValue="planned">
        <StatusOptions />
      </Select>
      <SubmitButton>Create project</SubmitButton>
      <FormOutcome />
    </Form>
  )
}
