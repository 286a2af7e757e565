'use client'

import { ChevronDown } from 'lucide-react'
import { type ReactNode, useOptimistic } from 'react'
import { Field } from '@/components/field'
import { Form, FormOutcome, useFormParts } from '@/components/form'
import { Moment } from '@/components/moment'
import { SubmitButton } from '@/components/submit-button'
import type { Project } from '@/lib/projects/projects'
import { newProjectSchema, projectSchema, renameProjectSchema } from '@/lib/projects/schema'
import { archiveProjectAction, createProjectAction, deleteProjectAction, renameProjectAction, unarchiveProjectAction } from './actions'

type Shown = Project & { state?: 'saving' | 'leaving' }
type Change = { act: 'create' | 'rename' | 'leave'; id: string; name: string }

type Props = {
  slug: string
  projects: Project[]
  mayDelete: string[]
  mayCreate: boolean
  isArchive: boolean
  tools: ReactNode
  empty: ReactNode
}

/** The projects, and what can be done with them. What is done shows at once; what is refused comes back with its reason. */
export function ProjectList({ slug, projects, mayDelete, mayCreate, isArchive, tools, empty }: Props) {
  const [shown, change] = useOptimistic<Shown[], Change>(projects, apply)
  return (
    <>
      {mayCreate ? <CreateForm slug={slug} change={change} /> : null}
      {tools}
      {shown.some(({ state }) => state !== 'leaving') ? null : empty}
      <ul className={shown.length ? 'border-y border-line' : 'hidden'}>
        {shown.map((project) => (
          <Row
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

function apply(projects: Shown[], { act, id, name }: Change): Shown[] {
  if (act === 'create') {
    const made: Shown = { id, name, nameKey: '', createdBy: null, createdAt: new Date(), archivedAt: null, state: 'saving' }
    return [made, ...projects]
  }
  return projects.map((project) => {
    if (project.id !== id) return project
    return act === 'rename' ? { ...project, name, state: 'saving' } : { ...project, state: 'leaving' }
  })
}

type ChangeProps = { slug: string; change: (change: Change) => void }

function CreateForm({ slug, change }: ChangeProps) {
  return (
    <Form
      action={createProjectAction.bind(null, slug)}
      schema={newProjectSchema}
      values={{ name: '' }}
      onSend={(form) => change({ act: 'create', id: 'new', name: String(form.get('name')) })}
      className="max-w-[560px]"
    >
      <Field name="name" label="New project" autoComplete="off" />
      <FormOutcome />
      <SubmitButton>Create project</SubmitButton>
    </Form>
  )
}

type RowProps = ChangeProps & { project: Shown; mayDelete: boolean; isArchive: boolean }

function Row({ slug, project, mayDelete, isArchive, change }: RowProps) {
  const { id, name, state } = project
  const leave = () => change({ act: 'leave', id, name })
  return (
    // one that leaves stays in the page until it has gone: a refusal must find its form
    <li hidden={state === 'leaving'} className={`group border-t border-line first:border-t-0 ${state === 'saving' ? 'opacity-60' : ''}`}>
      <Form
        action={renameProjectAction.bind(null, slug)}
        schema={renameProjectSchema}
        values={{ id, name }}
        onSend={(form) => change({ act: 'rename', id, name: String(form.get('name')) })}
      >
        <RenamePanel project={project} />
      </Form>
      <div className="hidden flex-wrap gap-2 pb-4 group-has-[details[open]]:flex">
        <Form
          action={(isArchive ? unarchiveProjectAction : archiveProjectAction).bind(null, slug)}
          schema={projectSchema}
          values={{ id }}
          onSend={leave}
        >
          <input type="hidden" name="id" value={id} />
          <SubmitButton look="quiet" label={`${isArchive ? 'Take back' : 'Archive'} ${name}`}>
            {isArchive ? 'Take back' : 'Archive'}
          </SubmitButton>
        </Form>
        {mayDelete ? (
          <Form action={deleteProjectAction.bind(null, slug)} schema={projectSchema} values={{ id }} onSend={leave}>
            <input type="hidden" name="id" value={id} />
            <SubmitButton look="danger" label={`Delete ${name} for good`}>
              Delete for good
            </SubmitButton>
          </Form>
        ) : null}
      </div>
    </li>
  )
}

/** The project's line, which opens to what can be done. It comes back open when its new name was refused. */
function RenamePanel({ project: { id, name, createdAt } }: { project: Shown }) {
  const { state } = useFormParts()
  return (
    <details open={state.status === 'error' ? true : undefined}>
      <summary className="flex min-h-14 list-none items-center gap-3 rounded-control [&::-webkit-details-marker]:hidden">
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <span className="text-small text-ink-soft">
          <Moment at={createdAt} />
        </span>
        <ChevronDown
          className="size-4 shrink-0 text-ink-soft transition-transform duration-150 group-has-[details[open]]:rotate-180"
          aria-hidden="true"
        />
      </summary>
      <input type="hidden" name="id" value={id} />
      <div className="max-w-[560px] pt-2">
        <Field name="name" id={`name-${id}`} label="Name" defaultValue={name} autoComplete="off" />
        <FormOutcome />
        <SubmitButton look="quiet">Rename</SubmitButton>
      </div>
    </details>
  )
}
