import type { Route } from 'next'
import Link from 'next/link'
import { Avatar } from '@/components/ui/avatar'
import { Moment } from '@/components/ui/time'
import type { Member } from '@/lib/memberships/list'
import { displayName } from '@/lib/people'
import { RoleBadge } from './role-badge'
import { Badge } from './ui/badge'
import { DataTable } from './ui/data-table'
import { Menu, MenuLink } from './ui/menu'

/** What the caller may do with a member. */
export type MemberActs = { changeRole: boolean; offerOwnership: boolean; remove: boolean; leave: boolean }

type Props = { members: Member[]; ownId: string; path: Route; actsOn: (member: Member) => MemberActs }

/** An account's members, each linked to their page, with a menu of what the caller may do. */
export function MemberTable({ members, ownId, path, actsOn }: Props) {
  return (
    <DataTable
      rows={members}
      keyOf={({ userId }) => userId}
      columns={[
        { title: 'Person', cell: (member) => <Person member={member} ownId={ownId} path={path} /> },
        {
          title: 'Role',
          cell: ({ role, isOfferedOwnership }) => (
            <>
              <RoleBadge role={role} /> {isOfferedOwnership ? <Badge>Ownership offered</Badge> : null}
            </>
          ),
        },
        { title: 'Joined', isRight: true, cell: ({ since }) => <Moment at={since} /> },
        { title: 'Actions', isMenu: true, cell: (member) => <MemberMenu member={member} path={path} acts={actsOn(member)} /> },
      ]}
    />
  )
}

function Person({ member, ownId, path }: { member: Member; ownId: string; path: Route }) {
  return (
    <span className="list-line">
      <Avatar name={displayName(member)} size="medium" />
      <Link href={`${path}/${member.userId}` as Route} prefetch={false} className="no-underline hover:underline">
        <b>{displayName(member)}</b>
        {member.userId === ownId ? <i> (you)</i> : null}
        {member.name ? <small>{member.email}</small> : null}
      </Link>
    </span>
  )
}

function MemberMenu({ member, path, acts }: { member: Member; path: Route; acts: MemberActs }) {
  const items: [part: string, text: string, isShown: boolean][] = [
    ['change-role', 'Change role', acts.changeRole],
    ['ownership', member.isOfferedOwnership ? 'Withdraw offer' : 'Offer ownership', acts.offerOwnership],
    ['remove', 'Remove from account', acts.remove],
    ['leave', 'Leave account', acts.leave],
  ]
  const shown = items.filter(([, , isShown]) => isShown)
  if (!shown.length) return null
  return (
    <Menu of={member.userId} label={`Actions for ${displayName(member)}`}>
      {shown.map(([part, text]) => (
        <MenuLink key={part} href={`${path}/${member.userId}#${part}` as Route}>
          {text}
        </MenuLink>
      ))}
    </Menu>
  )
}
