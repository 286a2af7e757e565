import Link from 'next/link'
import { Initial } from '@/components/ui/initial'
import { sameSectionIn } from '@/lib/accounts/paths'
import type { Choice } from './account-switcher'
import { RoleBadge } from './role-badge'

/** Links to the user's accounts. Each opens the current section if the user's role there allows it. */
export function AccountChoices({
  id,
  choices,
  path,
  currentSlug,
}: {
  id: string
  choices: Choice[]
  path: string
  currentSlug: string | undefined
}) {
  return (
    <ul id={id} aria-label="Accounts" className="min-h-0 overflow-y-auto">
      {choices.map(({ slug, name, role, segments }) => (
        <li key={slug}>
          <Link
            href={sameSectionIn(slug, { path, segments })}
            prefetch={false}
            aria-current={slug === currentSlug ? 'true' : undefined}
            className={`flex min-h-11 items-center gap-3 rounded-control px-3 py-1 no-underline hover:bg-surface-sunken ${slug === currentSlug ? 'bg-surface-sunken font-semibold' : ''}`}
          >
            <span className="inline-flex max-md:hidden">
              <Initial name={name} />
            </span>
            <span className="line-clamp-3 min-w-0 flex-1">{name}</span>
            <RoleBadge role={role} />
          </Link>
        </li>
      ))}
      {choices.length ? null : <li className="px-3 py-2 text-ink-soft">No matching accounts</li>}
    </ul>
  )
}
