import Link from 'next/link'
import { ProjectStatusChip } from '@/components/project-status'
import { Avatar } from '@/components/ui/avatar'
import { Menu, MenuLink } from '@/components/ui/menu'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import type { Route } from '@/lib/http/paths'
import type { ListedProject } from '@/lib/projects/list'

type RowProps = { slug: string; project: ListedProject; isArchived: boolean; mayDelete: boolean }

/** The row of a project. The buttons of its menu belong to the form around the table. */
export function ProjectRow({ slug, project: { id, name, status, lead, updatedAt }, isArchived, mayDelete }: RowProps) {
  const path = sectionPath(slug, `projects/${id}`)
  return (
    <tr>
      <td>
        <Link href={path} prefetch={false}>
          {name}
        </Link>
      </td>
      <td>
        <ProjectStatusChip status={status} />
      </td>
      <td>{lead === null ? null : <Person name={lead} />}</td>
      <td>
        <Moment at={updatedAt} />
      </td>
      <td>
        <ProjectMenu path={path} id={id} name={name} isArchived={isArchived} mayDelete={mayDelete} />
      </td>
    </tr>
  )
}

/** A member's avatar and name. */
export function Person({ name }: { name: string }) {
  return (
    <span className="person">
      <Avatar name={name} /> <span>{name}</span>
    </span>
  )
}

type MenuProps = { path: Route; id: string; name: string; isArchived: boolean; mayDelete: boolean }

/** What can be done with a project. It must be inside an `ArchiveForm`. */
export function ProjectMenu({ path, id, name, isArchived, mayDelete }: MenuProps) {
  return (
    <Menu of={id} label={`Actions for ${name}`}>
      <MenuLink href={`${path}/edit` as Route}>Edit</MenuLink>
      <button type="submit" name="id" value={id} className="menu-item">
        {isArchived ? 'Restore' : 'Archive'}
      </button>
      {mayDelete ? <MenuLink href={`${path}/edit#delete` as Route}>Delete…</MenuLink> : null}
    </Menu>
  )
}
