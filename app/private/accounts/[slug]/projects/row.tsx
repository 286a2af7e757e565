'use client'

import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { formFor } from '@/components/form-for'
import { Disclosure } from '@/components/ui/disclosure'
import { FieldLine } from '@/components/ui/field-line'
import { FormOutcome, useFormParts } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import { Moment } from '@/components/ui/time'
import type { ClientView } from '@/lib/client-view'
import { projectSchema, renameProjectSchema } from '@/lib/projects/schema'
import { archiveProjectAction, deleteProjectAction, renameProjectAction, restoreProjectAction } from './actions'

const Rename = formFor<typeof renameProjectSchema>()
const { Form } = formFor<typeof projectSchema>()

/** What the list shows of a project. */
export type ProjectView = ClientView<{ id: string; name: string; createdAt: Date }>

/** A listed project, with the optimistic state of a change in progress. */
export type ShownProject = ProjectView & { state?: 'new' | 'saving' | 'leaving' }

/** A change to show before the server confirms it. */
export type Change = { act: 'create' | 'rename' | 'leave'; id: string; name: string }

type Props = { slug: string; project: ShownProject; mayDelete: boolean; isArchive: boolean; change: (change: Change) => void }

/** A project's row, which expands to its actions. */
export function ProjectRow({ slug, project, mayDelete, isArchive, change }: Props) {
  const { id, name, state } = project
  const leave = () => change({ act: 'leave', id, name })
  if (state === 'new')
    return (
      <Row state={state}>
        <Line project={project} />
      </Row>
    )
  return (
    <Row state={state}>
      <Rename.Form
        action={renameProjectAction.bind(null, slug)}
        schema={renameProjectSchema}
        values={{ name }}
        hidden={{ id }}
        onSend={(form) => change({ act: 'rename', id, name: String(form.get('name')) })}
      >
        <RenamePanel project={project} />
      </Rename.Form>
      <div className="relative hidden flex-wrap items-start gap-x-2 max-sm:pt-2 group-has-[[data-row][open]]/row:flex">
        <Form
          action={(isArchive ? restoreProjectAction : archiveProjectAction).bind(null, slug)}
          schema={projectSchema}
          hidden={{ id }}
          {...(isArchive ? {} : { undo: { action: restoreProjectAction.bind(null, slug), fields: { id } } })}
          onSend={leave}
          className="contents"
        >
          <SubmitButton look="quiet" label={`${isArchive ? 'Restore' : 'Archive'} ${name}`}>
            {isArchive ? 'Restore' : 'Archive'}
          </SubmitButton>
          <div className="order-last basis-full">
            <FormOutcome />
          </div>
        </Form>
        {mayDelete ? (
          <Disclosure label="Delete" about={name}>
            <p className="mb-3">This deletes “{name}” for everyone in the account and can’t be undone.</p>
            <Form action={deleteProjectAction.bind(null, slug)} schema={projectSchema} hidden={{ id }} onSend={leave}>
              <SubmitButton look="danger" label={`Delete project ${name}`}>
                Delete project
              </SubmitButton>
              <FormOutcome />
            </Form>
          </Disclosure>
        ) : null}
      </div>
    </Row>
  )
}

function Row({ state, children }: { state: ShownProject['state']; children: ReactNode }) {
  const isPending = state === 'saving' || state === 'new'
  return (
    // a row being removed stays in the page, hidden, so that a refusal can still show in its form
    <li hidden={state === 'leaving'} className={`group/row border-t border-line first:border-t-0 ${isPending ? 'opacity-60' : ''}`}>
      {children}
    </li>
  )
}

/** Reopens if the new name was refused. */
function RenamePanel({ project }: { project: ShownProject }) {
  const { id, name } = project
  const { state } = useFormParts()
  return (
    <details data-row open={state.status === 'error' ? true : undefined}>
      <summary className="list-none rounded-control [&::-webkit-details-marker]:hidden">
        <Line project={project}>
          <ChevronDown
            className="size-4 shrink-0 text-ink-soft transition-transform duration-150 group-has-[[data-row][open]]/row:rotate-180"
            aria-hidden="true"
          />
        </Line>
      </summary>
      <FieldLine
        field={<Rename.Field name="name" id={`name-${id}`} label="Name" defaultValue={name} autoComplete="off" />}
        button={<SubmitButton look="quiet">Rename</SubmitButton>}
      />
    </details>
  )
}

function Line({ project: { name, createdAt }, children }: { project: ShownProject; children?: ReactNode }) {
  return (
    <span className="flex min-h-14 items-center gap-3">
      <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
      <span className="shrink-0 text-small text-ink-soft">
        <Moment at={createdAt} />
      </span>
      {children}
    </span>
  )
}
