import type { ReactNode } from 'react'
import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Sparkline } from '@/components/ui/sparkline'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import { COUNTED_PER_DAY } from '@/lib/audit/activity'
import * as labels from '@/lib/labels/private'
import { countText } from '@/lib/lists'
import type { Overview } from '@/lib/overview/overview'
import { displayName } from '@/lib/people'

type Props = { slug: string; ownId: string; overview: Overview }

/** The narrow column of the overview: people, pending invitations, and activity. */
export function Aside({ slug, ownId, overview: { people, memberCount, pending, days } }: Props) {
  const members = sectionPath(slug, 'members')
  return (
    <div className="grid content-start gap-6">
      {people.length ? (
        <Part id="people" title="People" count={memberCount} more={<MoreLink href={members}>All members</MoreLink>}>
          <ul>
            {people.map((person) => (
              <li key={person.userId} className="list-line">
                <Avatar name={displayName(person)} />
                <Anchor href={sectionPath(slug, 'members/[userId]', person.userId)} className="flex-1 no-underline hover:underline">
                  {displayName(person)}
                  {person.userId === ownId ? <i> (you)</i> : null}
                </Anchor>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {pending ? (
        <Part
          id="pending"
          title={labels.pendingInvitations}
          count={pending.count}
          more={
            <MoreLink href={sectionPath(slug, 'members/invitations')}>{pending.count ? 'All invitations' : labels.invitePeople}</MoreLink>
          }
        >
          {pending.count ? (
            <ul>
              {pending.invitations.map(({ email, expiresAt }) => (
                <li key={email} className="list-line">
                  <Avatar name={email} />
                  <span className="truncate">
                    {email}
                    <small>
                      {expiresAt.getTime() < Date.now() ? (
                        'Expired'
                      ) : (
                        <>
                          Expires <Moment at={expiresAt} />
                        </>
                      )}
                    </small>
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-ink-soft">None</p>
          )}
        </Part>
      ) : null}
      <Part id="days" title="Last 30 days">
        <Sparkline counts={days} label={altText(days)} />
        <p className="pt-1 text-small text-ink-soft">{total(days)}</p>
      </Part>
    </div>
  )
}

function Part({ id, title, count, more, children }: { id: string; title: string; count?: number; more?: ReactNode; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <div className="flex items-baseline gap-2 pb-1">
        <h2 id={id} className="text-body">
          {title}
        </h2>
        {count ? <span className="text-small text-ink-soft tabular-nums">{countText(count)}</span> : null}
      </div>
      {children}
      {more}
    </section>
  )
}

function MoreLink({ href, children }: { href: ReturnType<typeof sectionPath>; children: ReactNode }) {
  return (
    <Anchor href={href} className="inline-flex min-h-control items-center text-accent underline underline-offset-4">
      {children}
    </Anchor>
  )
}

function total(days: number[]): string {
  const sum = days.reduce((so, count) => so + count, 0)
  if (days.some((count) => count >= COUNTED_PER_DAY)) return `More than ${sum - 1} events`
  return sum === 1 ? '1 event' : `${sum} events`
}

function altText(days: number[]): string {
  return `Activity in the last 30 days: ${total(days).toLowerCase()}, at most ${Math.max(...days)} in a day`
}
