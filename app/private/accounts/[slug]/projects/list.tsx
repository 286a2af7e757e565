'use client'

import { type ReactNode, useOptimistic } from 'react'
import { formFor } from '@/components/form-for'
import { FieldLine } from '@/components/ui/field-line'
import { SubmitButton } from '@/components/ui/submit-button'
import { toClient } from '@/lib/client-view'
import { newProjectSchema } from '@/lib/projects/schema'
import { createProjectAction } from './actions'
import { type Change, ProjectRow, type ProjectView, type ShownProject } from './row'

const { Form, Field } = formFor<typeof newProjectSchema>()

type Props = {
  slug: string
  projects: ProjectView[]
  mayDelete: string[]
  mayCreate: boolean
  isArchive: boolean
  tools: ReactNode
  empty: ReactNode
}

/** The project list with its forms. Changes show optimistically, and a refused one reverts with its reason. */
export function ProjectList({ slug, projects, mayDelete, mayCreate, isArchive, tools, empty }: Props) {
  const [shown, change] = useOptimistic<ShownProject[], Change>(projects, apply)
  return (
    <>
      {mayCreate ? <CreateForm slug={slug} change={change} /> : null}
      {tools}
      {shown.some(({ state }) => state !== 'leaving') ? null : empty}
      <ul className={shown.length ? 'border-y border-line' : 'hidden'}>
        {shown.map((project) => (
          <ProjectRow
            key={project.id}
            slug={slug}
            project={project}
            mayDelete={mayDelete.includes(project.id)}
            isArchive={isArchive}
            change={change}
          />
        ))}
      </ul>
    </>
  )
}

function apply(projects: ShownProject[], { act, id, name }: Change): ShownProject[] {
  if (act === 'create') {
    const made = toClient({ id, name, createdAt: new Date() }, ['id', 'name', 'createdAt'])
    return [{ ...made, state: 'new' }, ...projects]
  }
  return projects.map((project) => {
    if (project.id !== id) return project
    return act === 'rename' ? { ...project, name, state: 'saving' } : { ...project, state: 'leaving' }
  })
}

function CreateForm({ slug, change }: { slug: string; change: (change: Change) => void }) {
  return (
    <Form
      action={createProjectAction.bind(null, slug)}
      schema={newProjectSchema}
      values={{ name: '' }}
      clears
      onSend={(form) => change({ act: 'create', id: 'new', name: String(form.get('name')) })}
    >
      <FieldLine
        field={<Field name="name" label="New project" autoComplete="off" />}
        button={<SubmitButton>Create project</SubmitButton>}
      />
    </Form>
  )
}
