import { ProjectStatusChip } from '@/components/project-status'
import { Avatar } from '@/components/ui/avatar'
import { Menu, MenuLink } from '@/components/ui/menu'
import { RowMenu, RowMenuItem, RowMenuLink } from '@/components/ui/row-menu'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import type { Route } from '@/lib/http/paths'
import type { ListedProject } from '@/lib/projects/list'

type RowProps = { slug: string; project: ListedProject; mayDelete: boolean }

/** The row of a project. `ProjectRowMenu` is its menu. */
export function ProjectRow({ slug, project: { id, name, status, lead, updatedAt }, mayDelete }: RowProps) {
  const path = sectionPath(slug, `projects/${id}`)
  return (
    <tr>
      <td>
        <a href={path}>{name}</a>
      </td>
      <td>
        <ProjectStatusChip status={status} />
      </td>
      <td>{lead === null ? null : <Person name={lead} />}</td>
      <td>
        <Moment at={updatedAt} />
      </td>
      <td>
        <RowMenuLink href={path} of={name} acts={mayDelete ? 'delete' : ''} />
      </td>
    </tr>
  )
}

/** The menu of all rows. It must be inside an `ArchiveForm`. */
export function ProjectRowMenu({ isArchived }: { isArchived: boolean }) {
  return (
    <RowMenu>
      <RowMenuItem to="/edit">Edit</RowMenuItem>
      <ArchiveButton isArchived={isArchived} />
      <RowMenuItem to="/edit#delete" act="delete">
        Delete…
      </RowMenuItem>
    </RowMenu>
  )
}

/** @param id of the project; the menu of the rows sets it when it opens */
function ArchiveButton({ id, isArchived }: { id?: string; isArchived: boolean }) {
  return (
    <button type="submit" name="id" value={id} className="menu-item">
      {isArchived ? 'Restore' : 'Archive'}
    </button>
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

/** What can be done with a project, on its page. It must be inside an `ArchiveForm`. */
export function ProjectMenu({ path, id, name, isArchived, mayDelete }: MenuProps) {
  return (
    <Menu of={id} label={`Actions for ${name}`}>
      <MenuLink href={`${path}/edit` as Route}>Edit</MenuLink>
      <ArchiveButton id={id} isArchived={isArchived} />
      {mayDelete ? <MenuLink href={`${path}/edit#delete` as Route}>Delete…</MenuLink> : null}
    </Menu>
  )
}
