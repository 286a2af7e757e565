'use client'

import { ChevronsUpDown, Plus } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useId, useRef, useState } from 'react'
import { Initial } from '@/components/ui/initial'
import type { ClientView } from '@/lib/client-view'
import type { Role } from '@/lib/generated/prisma/enums'
import { foldText } from '@/lib/text'
import { AccountChoices } from './account-choices'
import { closeOn, moveByKey } from './switcher-keys'

const FILTER_FROM = 8 // accounts; shorter lists need no filter

/** An account to switch to, with the sections the user's role allows there. */
export type Choice = ClientView<{ slug: string; name: string; role: Role; segments: string[] }>

/**
 * Shows the current account and links to the others. A `<details>` element with plain links, so that it works without
 * JavaScript; with it, the list also filters and takes arrow keys.
 * @param current the page's account, or undefined outside accounts
 */
export function AccountSwitcher({ choices, current }: { choices: Choice[]; current: Choice | undefined }) {
  const path = usePathname()
  const details = useRef<HTMLDetailsElement>(null)
  const listId = useId()
  const [filter, setFilter] = useState('')
  const shown = choices.filter(({ name }) => foldText(name).includes(foldText(filter)))

  // biome-ignore lint/correctness/useExhaustiveDependencies: closes after navigation
  useEffect(() => details.current?.removeAttribute('open'), [path])
  useEffect(() => (details.current ? closeOn(details.current) : undefined), [])

  return (
    <details
      ref={details}
      className="group relative"
      onKeyDown={moveByKey}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) currentTarget.querySelector<HTMLElement>('input, [aria-current], a')?.focus()
        else setFilter('')
      }}
    >
      <summary className="flex min-h-11 list-none items-center gap-3 rounded-control border border-line bg-surface px-3 hover:border-line-strong [&::-webkit-details-marker]:hidden">
        {current ? <Initial name={current.name} /> : null}
        <span className="min-w-0 flex-1 truncate font-medium" title={current?.name}>
          {current ? <span className="sr-only">Account: </span> : null}
          {current?.name ?? (choices.length ? 'Select an account' : 'No accounts yet')}
        </span>
        <ChevronsUpDown className="size-4 shrink-0 text-ink-soft" aria-hidden="true" />
      </summary>
      <div className="absolute inset-x-0 top-full z-30 mt-1 flex max-h-[min(32rem,70dvh)] flex-col rounded-panel border border-line bg-surface-raised p-1 shadow-float md:right-auto md:w-96">
        {choices.length >= FILTER_FROM ? (
          <input
            type="search"
            aria-label="Filter accounts"
            aria-controls={listId}
            placeholder="Filter accounts"
            autoComplete="off"
            spellCheck={false}
            value={filter}
            onChange={({ target }) => setFilter(target.value)}
            className="scripted m-1 min-h-11 rounded-control border border-line-strong bg-surface-raised px-3 text-body focus:border-accent focus:outline-offset-0"
          />
        ) : null}
        <p className="sr-only" aria-live="polite">
          {filter ? `${shown.length} of ${choices.length} accounts` : ''}
        </p>
        <AccountChoices id={listId} choices={shown} path={path} currentSlug={current?.slug} />
        {choices.length >= FILTER_FROM ? (
          <Link
            href="/private"
            prefetch={false}
            className="mt-1 flex min-h-11 shrink-0 items-center rounded-control px-3 no-underline hover:bg-surface-sunken"
          >
            All accounts
          </Link>
        ) : null}
        <Link
          href="/private/accounts/new"
          prefetch={false}
          className="mt-1 flex min-h-11 shrink-0 items-center gap-3 rounded-control border-t border-line px-3 no-underline hover:bg-surface-sunken"
        >
          <Plus className="size-4 shrink-0 text-ink-soft" aria-hidden="true" />
          New account
        </Link>
      </div>
    </details>
  )
}
