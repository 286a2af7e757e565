import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Moment } from '@/components/ui/time'
import type { HomeOffer } from '@/lib/accounts/home'
import { sectionPath } from '@/lib/accounts/paths'
import * as labels from '@/lib/labels/private'

/** The pending offers of ownership to the user, each with a link to the page that accepts or declines it. */
export function OwnershipOffers({ offers }: { offers: HomeOffer[] }) {
  return (
    <section aria-labelledby="offers" className="pb-8">
      <h2 id="offers" className="pb-2 text-heading">
        Ownership offers
      </h2>
      <ul className="border-y border-line">
        {offers.map(({ slug, accountName, offererName, expiresAt }) => (
          <li key={slug} className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line py-3 first:border-t-0">
            <Avatar name={accountName} kind="account" size="medium" />
            <div className="min-w-0 flex-1 basis-52">
              <p className="font-medium">{accountName}</p>
              <p className="text-small text-ink-soft">
                <Avatar name={offererName} size="inline" /> {offererName} offered you ownership. Expires <Moment at={expiresAt} />.
              </p>
            </div>
            <div className="max-sm:w-full max-sm:pl-10">
              <Button asChild>
                <Anchor href={sectionPath(slug, 'members')} aria-label={labels.viewOfferOf(accountName)}>
                  View offer
                </Anchor>
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
