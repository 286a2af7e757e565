import Link from 'next/link'
import { Moment } from '@/components/ui/time'
import type { Member } from '@/lib/memberships/list'
import { RoleBadge } from './role-badge'
import { Badge } from './ui/badge'

/** An account's members, each linked to their page. */
export function MemberTable({ members, ownId, path }: { members: Member[]; ownId: string; path: string }) {
  return (
    <table className="w-full border-y border-line max-sm:block">
      <thead className="text-left text-small text-ink-soft max-sm:sr-only">
        <tr className="h-11 border-b border-line">
          <th className="pr-2 font-medium">Person</th>
          <th className="px-2 font-medium">Role</th>
          <th className="pl-2 text-right font-medium">Joined</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {members.map((member) => (
          <tr
            key={member.userId}
            className="h-11 border-t border-line first:border-t-0 max-sm:flex max-sm:h-auto max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:py-2"
          >
            <td className="min-w-0 pr-2 max-sm:basis-full max-sm:pr-0">
              <Link
                href={`${path}/${member.userId}`}
                prefetch={false}
                className="flex min-h-11 flex-col justify-center rounded-control py-1 no-underline hover:underline"
              >
                <span>
                  <span className="font-medium">{member.name ?? member.email}</span>
                  {member.userId === ownId ? <span className="text-ink-soft"> (you)</span> : null}
                </span>
                {member.name ? <span className="block text-small text-ink-soft">{member.email}</span> : null}
              </Link>
            </td>
            <td className="px-2 max-sm:px-0">
              <span className="inline-flex flex-wrap gap-1">
                <RoleBadge role={member.role} />
                {member.isOfferedOwnership ? <Badge>Ownership offered</Badge> : null}
              </span>
            </td>
            <td className="whitespace-nowrap pl-2 text-right text-small text-ink-soft tabular-nums max-sm:pl-0 max-sm:text-left">
              <Moment at={member.since} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
