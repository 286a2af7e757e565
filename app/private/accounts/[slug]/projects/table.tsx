'use client'

import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Menu, MenuLink } from '@/components/ui/menu'
import { RowMenu } from '@/components/ui/row-menu'
import { StatusChip } from '@/components/ui/status-chip'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import type { ClientView } from '@/lib/client-view'
import { namesOf } from '@/lib/form'
import { type Route, withFragment } from '@/lib/http/paths'
import * as labels from '@/lib/projects/labels'
import type { projectSchema } from '@/lib/projects/schema'
import { type ProjectStatus, STATUS_NAMES, STATUS_TONES } from '@/lib/projects/status'
import type { ProjectAction } from './allowed-actions'

const nameOf = namesOf<typeof projectSchema>()

// Client components, so that a page's payload has the facts of its rows once, and not their markup.

export type ProjectRowView = ClientView<{
  id: string
  name: string
  status: ProjectStatus
  lead: string | null
  updatedAt: Date
  actions: ProjectAction[]
}>

/** The rows of projects. The buttons of their menus belong to the form around the table. */
export function ProjectRows({ slug, projects, isArchived }: { slug: string; projects: ProjectRowView[]; isArchived: boolean }) {
  return projects.map(({ id, name, status, lead, updatedAt, actions }) => (
    <tr key={id}>
      <td>
        <Anchor href={pathOf(slug, id)}>{name}</Anchor>
      </td>
      <td>
        <StatusChip name={STATUS_NAMES[status]} tone={STATUS_TONES[status]} />
      </td>
      <td>{lead === null ? null : <Person name={lead} />}</td>
      <td>
        <Moment at={updatedAt} />
      </td>
      <td>
        {actions.includes('archive') ? (
          <button
            type="submit"
            name={nameOf('id')}
            value={id}
            aria-label={`${archiveLabel(isArchived)} ${name}`}
            className="row-action unscripted"
          >
            {archiveLabel(isArchived)}
          </button>
        ) : null}
        {actions.length ? (
          <RowMenu of={id} label={`Actions for ${name}`} href={pathOf(slug, id)}>
            {() => <ProjectActions slug={slug} id={id} isArchived={isArchived} actions={actions} />}
          </RowMenu>
        ) : null}
      </td>
    </tr>
  ))
}

/** A member's avatar and name. */
export function Person({ name }: { name: string }) {
  return (
    <span className="person">
      <Avatar name={name} /> <span>{name}</span>
    </span>
  )
}

type MenuProps = { slug: string; id: string; isArchived: boolean; actions: ProjectAction[] }

/** What can be done with a project. It must be inside an `ArchiveForm`. */
export function ProjectMenu({ name, ...project }: MenuProps & { name: string }) {
  if (!project.actions.length) return null
  return (
    <Menu of={project.id} label={`Actions for ${name}`}>
      <ProjectActions {...project} />
    </Menu>
  )
}

function ProjectActions({ slug, id, isArchived, actions }: MenuProps) {
  const edit = sectionPath(slug, 'projects/[id]/edit', id)
  return (
    <>
      {actions.includes('edit') ? <MenuLink href={edit}>{labels.edit}</MenuLink> : null}
      {actions.includes('archive') ? (
        <button type="submit" name={nameOf('id')} value={id} className="menu-item">
          {archiveLabel(isArchived)}
        </button>
      ) : null}
      {actions.includes('delete') ? <MenuLink href={withFragment(edit, 'delete')}>Delete…</MenuLink> : null}
    </>
  )
}

function archiveLabel(isArchived: boolean): string {
  return isArchived ? 'Restore' : 'Archive'
}

function pathOf(slug: string, id: string): Route {
  return sectionPath(slug, 'projects/[id]', id)
}
