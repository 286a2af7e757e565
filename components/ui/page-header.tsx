import type { Route } from 'next'
import type { ReactNode } from 'react'
import { Anchor } from '@/components/ui/anchor'

/**
 * The header of a private page.
 * @param avatar of the person that the page is about
 * @param back the page above, for pages below a section
 * @param line one line of description
 * @param count how many entries the page's list has, beside the title
 * @param action the main action
 */
export function PageHeader({
  title,
  avatar,
  back,
  line,
  badge,
  count,
  action,
}: {
  title: string
  avatar?: ReactNode
  back?: { href: Route; label: string }
  line?: ReactNode
  badge?: ReactNode
  count?: number | string | undefined
  action?: ReactNode
}) {
  return (
    <header className="pb-5">
      {back ? (
        <Anchor
          href={back.href}
          className="-ml-1.5 mb-1 inline-flex min-h-control items-center gap-1 rounded-control px-1.5 text-small text-ink-soft no-underline hover:text-ink"
        >
          <span className="icon-chevron-left" />
          {back.label}
        </Anchor>
      ) : null}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex min-h-control flex-wrap items-center gap-x-3 gap-y-1">
            {avatar}
            <h1 id="page-title" className="text-title">
              {title}
            </h1>
            {count === undefined ? null : <span className="text-small text-ink-soft tabular-nums">{count}</span>}
            {badge}
          </div>
          {line ? <p className="max-w-[65ch] text-ink-soft">{line}</p> : null}
        </div>
        {action}
      </div>
    </header>
  )
}
