import { notFound } from 'next/navigation'
import { ActivityFeed, type EventView } from '@/components/activity-feed'
import { RoleBadge } from '@/components/role-badge'
import { Anchor } from '@/components/ui/anchor'
import { KeepFocus } from '@/components/ui/keep-focus'
import { PageHeader } from '@/components/ui/page-header'
import { sectionPath } from '@/lib/accounts/paths'
import type { ActivityEvent } from '@/lib/audit/activity'
import { sentenceOf } from '@/lib/audit/kinds'
import { toClient } from '@/lib/client-view'
import { readOverview } from '@/lib/overview/overview'
import { FORMER_MEMBER, UNCONFIRMED_USER } from '@/lib/people'
import { can } from '@/lib/policy'
import { requireScope } from '@/lib/scope'
import { Aside } from './aside'
import { OwnershipOfferCard } from './members/ownership'
import { Recent } from './recent'
import { Setup } from './setup'

type Props = { params: Promise<{ slug: string }> }

export default async function AccountPage({ params }: Props) {
  const scope = await requireScope((await params).slug, 'account.view')
  const overview = (await readOverview(scope)) ?? notFound()
  const { account, membership, user } = scope
  const { offer, steps, recent, events } = overview
  return (
    <>
      <PageHeader title={account.name} badge={<RoleBadge role={membership.role} />} />
      <KeepFocus heading="page-title">
        {offer ? <OwnershipOfferCard slug={account.slug} accountName={account.name} offererName={offer.offererName} /> : null}
      </KeepFocus>
      {steps.length ? <Setup slug={account.slug} steps={steps} /> : null}
      <div className="grid gap-x-12 gap-y-6 lg:grid-cols-[minmax(0,1fr)_16rem]">
        <div>
          {recent.map((each) => (
            <Recent key={each.resource.section.segment} slug={account.slug} recent={each} />
          ))}
          <section aria-labelledby="activity">
            <div className="flex items-baseline justify-between gap-4 pb-2">
              <h2 id="activity" className="text-heading">
                Activity
              </h2>
              {can(scope, 'audit.list') ? (
                <Anchor href={sectionPath(account.slug, 'audit')} className="text-small text-ink-soft underline underline-offset-4">
                  Audit log
                </Anchor>
              ) : null}
            </div>
            <ActivityFeed events={events.map(viewOf)} />
          </section>
        </div>
        <Aside slug={account.slug} ownId={user.id} overview={overview} />
      </div>
    </>
  )
}

function viewOf(event: ActivityEvent): EventView {
  const sentence = sentenceOf(event)
  const text = sentence.charAt(0).toLowerCase() + sentence.slice(1)
  return toClient({ actor: actorOf(event), text, at: event.at }, ['actor', 'text', 'at'])
}

function actorOf({ actorId, name, email, isMember }: ActivityEvent): string {
  if (!actorId) return 'Someone'
  return name ?? email ?? (isMember ? UNCONFIRMED_USER : FORMER_MEMBER)
}
