import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { StatusChip } from '@/components/ui/status-chip'
import { Moment } from '@/components/ui/time'
import { pathBelow, sectionPath } from '@/lib/accounts/paths'
import type { Overview } from '@/lib/overview/overview'

/** The rows of a resource that were updated last; nothing if there are none. */
export function Recent({ slug, recent: { resource, rows } }: { slug: string; recent: Overview['recent'][number] }) {
  const { section, overview } = resource
  if (!rows.length) return null
  return (
    <section aria-labelledby={section.segment} className="pb-6">
      <div className="flex items-baseline justify-between gap-4 pb-1">
        <h2 id={section.segment} className="text-heading">
          {overview.title}
        </h2>
        <Anchor href={sectionPath(slug, section.segment)} className="text-small text-ink-soft underline underline-offset-4">
          All {section.title.toLowerCase()}
        </Anchor>
      </div>
      <ul className="divide-y divide-line border-y border-line">
        {rows.map(({ id, name, status, person, updatedAt }) => (
          <li key={id} className="list-line min-h-row">
            <Anchor
              href={overview.hasPages ? pathBelow(slug, section.segment, id) : sectionPath(slug, section.segment)}
              className="flex-1 font-medium no-underline hover:underline"
            >
              {name}
            </Anchor>
            {status ? (
              <StatusChip name={overview.status?.names[status] ?? status} tone={overview.status?.tones[status] ?? 'muted'} />
            ) : null}
            {person ? (
              <span title={person}>
                <Avatar name={person} />
                <span className="sr-only">{person}</span>
              </span>
            ) : null}
            <Moment at={updatedAt} />
          </li>
        ))}
      </ul>
    </section>
  )
}
