import type { Route } from 'next'
import { Avatar } from '@/components/ui/avatar'
import { Moment } from '@/components/ui/time'
import type { Member } from '@/lib/memberships/list'
import { displayName } from '@/lib/people'
import { RoleBadge } from './role-badge'
import { Badge } from './ui/badge'
import { DataTable } from './ui/data-table'
import { RowMenu, RowMenuItem, RowMenuLink } from './ui/row-menu'

/** What the caller may do with a member. */
export type MemberActs = { changeRole: boolean; offerOwnership: boolean; remove: boolean; leave: boolean }

type Props = { members: Member[]; ownId: string; path: Route; actsOn: (member: Member) => MemberActs }

/** An account's members, each linked to their page, with a menu of what the caller may do. */
export function MemberTable({ members, ownId, path, actsOn }: Props) {
  return (
    <>
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
          { title: 'Actions', isMenu: true, cell: (member) => <MenuOf member={member} path={path} acts={actsOn(member)} /> },
        ]}
      />
      <RowMenu>
        {Object.entries(ITEMS).map(([act, [to, text]]) => (
          <RowMenuItem key={act} to={to} act={act}>
            {text}
          </RowMenuItem>
        ))}
      </RowMenu>
    </>
  )
}

function Person({ member, ownId, path }: { member: Member; ownId: string; path: Route }) {
  return (
    <span className="list-line">
      <Avatar name={displayName(member)} size="medium" />
      <a href={`${path}/${member.userId}` as Route} className="no-underline hover:underline">
        <b>{displayName(member)}</b>
        {member.userId === ownId ? <i> (you)</i> : null}
        {member.name ? <small>{member.email}</small> : null}
      </a>
    </span>
  )
}

const ITEMS: Record<string, [to: string, text: string]> = {
  'change-role': ['#change-role', 'Change role'],
  offer: ['#ownership', 'Offer ownership'],
  withdraw: ['#ownership', 'Withdraw offer'],
  remove: ['#remove', 'Remove from account'],
  leave: ['#leave', 'Leave account'],
}

function MenuOf({ member, path, acts }: { member: Member; path: Route; acts: MemberActs }) {
  const shown = [
    acts.changeRole && 'change-role',
    acts.offerOwnership && (member.isOfferedOwnership ? 'withdraw' : 'offer'),
    acts.remove && 'remove',
    acts.leave && 'leave',
  ].filter(Boolean)
  if (!shown.length) return null
  return <RowMenuLink href={`${path}/${member.userId}` as Route} of={displayName(member)} acts={shown.join(' ')} />
}
