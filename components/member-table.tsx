'use client'

import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import type { ClientView } from '@/lib/client-view'
import { type Route, withFragment } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { displayName } from '@/lib/people'
import type { Role } from '@/lib/roles'
import { RoleBadge } from './role-badge'
import { Badge } from './ui/badge'
import { DataTable } from './ui/data-table'
import { MenuLink } from './ui/menu'
import { RowMenu } from './ui/row-menu'

/** What can be done with a member, each with its part of the member's page, which has the form. */
const PARTS = { changeRole: 'change-role', offerOwnership: 'ownership', remove: 'remove', leave: 'leave' }

export type MemberAction = keyof typeof PARTS

/** A member, as the caller sees them. A client component gets it, so that the payload has no markup of rows. */
export type MemberView = ClientView<{
  userId: string
  email: string | null
  name: string | null
  role: Role
  since: Date
  isOfferedOwnership: boolean
  isSelf: boolean
  hasFactor: boolean | null
  /** what the caller may do */
  actions: (keyof typeof PARTS)[]
}>

/** An account's members, each linked to their page, with a menu of what the caller may do. */
export function MemberTable({ slug, members }: { slug: string; members: MemberView[] }) {
  return (
    <DataTable
      rows={members}
      keyOf={({ userId }) => userId}
      columns={[
        { title: 'Person', cell: (member) => <Person slug={slug} member={member} /> },
        {
          title: 'Role',
          cell: ({ role, isOfferedOwnership }) => (
            <>
              <RoleBadge role={role} /> {isOfferedOwnership ? <Badge>Ownership offered</Badge> : null}
            </>
          ),
        },
        ...(members.some(({ hasFactor }) => hasFactor !== null)
          ? [
              {
                title: 'Second factor',
                cell: ({ hasFactor }: MemberView) => (
                  <span className={`max-sm:text-small ${hasFactor ? '' : 'text-ink-soft'}`}>
                    <span className="sm:hidden">Second factor </span>
                    <span className="max-sm:lowercase">{hasFactor ? 'On' : 'Off'}</span>
                  </span>
                ),
              },
            ]
          : []),
        {
          title: 'Joined',
          isRight: true,
          cell: ({ since }) => (
            <>
              <span className="sm:hidden">Joined </span>
              <Moment at={since} />
            </>
          ),
        },
        { title: 'Actions', isMenu: true, cell: (member) => <MemberMenu slug={slug} member={member} /> },
      ]}
    />
  )
}

function Person({ slug, member }: { slug: string; member: MemberView }) {
  return (
    <span className="list-line">
      <Avatar name={displayName(member)} size="medium" />
      <Anchor href={pathOf(slug, member)} className="no-underline hover:underline">
        <b>{displayName(member)}</b>
        {member.isSelf ? <i> (you)</i> : null}
        {member.name ? <small>{member.email}</small> : null}
      </Anchor>
    </span>
  )
}

function MemberMenu({ slug, member }: { slug: string; member: MemberView }) {
  if (!member.actions.length) return null
  const texts = {
    changeRole: labels.changeRole,
    offerOwnership: member.isOfferedOwnership ? labels.withdrawOffer : labels.transferOwnership,
    remove: labels.removeFromAccount,
    leave: labels.leaveAccount,
  }
  return (
    <RowMenu of={member.userId} label={labels.actionsFor(displayName(member))} href={pathOf(slug, member)}>
      {() =>
        member.actions.map((action) => (
          <MenuLink key={action} href={withFragment(pathOf(slug, member), PARTS[action])}>
            {texts[action]}
          </MenuLink>
        ))
      }
    </RowMenu>
  )
}

function pathOf(slug: string, { userId }: MemberView): Route {
  return sectionPath(slug, 'members/[userId]', userId)
}
