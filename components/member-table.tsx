import type { Route } from 'next'
import Link from 'next/link'
import { Moment } from '@/components/ui/time'
import type { Member } from '@/lib/memberships/list'
import { displayName } from '@/lib/people'
import { RoleBadge } from './role-badge'
import { Badge } from './ui/badge'
import { DataTable } from './ui/data-table'

/** An account's members, each linked to their page. */
export function MemberTable({ members, ownId, path }: { members: Member[]; ownId: string; path: Route }) {
  return (
    <DataTable
      rows={members}
      keyOf={({ userId }) => userId}
      columns={[
        { title: 'Person', cell: (member) => <Person member={member} ownId={ownId} path={path} /> },
        {
          title: 'Role',
          cell: ({ role, isOfferedOwnership }) => (
            <span className="inline-flex flex-wrap gap-1">
              <RoleBadge role={role} />
              {isOfferedOwnership ? <Badge>Ownership offered</Badge> : null}
            </span>
          ),
        },
        {
          title: 'Joined',
          isRight: true,
          cell: ({ since }) => (
            <span className="text-small text-ink-soft">
              <Moment at={since} />
            </span>
          ),
        },
      ]}
    />
  )
}

function Person({ member, ownId, path }: { member: Member; ownId: string; path: Route }) {
  return (
    <Link
      href={`${path}/${member.userId}` as Route}
      prefetch={false}
      className="flex min-h-11 flex-col justify-center rounded-control py-1 no-underline hover:underline"
    >
      <span>
        <span className="font-medium">{displayName(member)}</span>
        {member.userId === ownId ? <span className="text-ink-soft"> (you)</span> : null}
      </span>
      {member.name ? <span className="block text-small text-ink-soft">{member.email}</span> : null}
    </Link>
  )
}
