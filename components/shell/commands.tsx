'use client'

import { Command } from 'cmdk'
import { useState } from 'react'
import { Avatar } from '@/components/ui/avatar'
import type { Route } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { PEOPLE } from '@/lib/search/found'
import { foldText } from '@/lib/text'
import { useFound } from './found'
import { readCommands } from './rail-commands'

/**
 * The commands that match what is typed. They are the links and buttons that the rail already has, so the page carries them once;
 * people and rows of resources come from the search of the account.
 */
export function Commands({ navigate, close }: { navigate: (href: Route) => void; close: () => void }) {
  const [search, setSearch] = useState('')
  const [commands] = useState(readCommands)
  const { found, isSearching, isFailed } = useFound(search)
  const run = (command: () => void) => () => {
    close()
    command()
  }
  return (
    <Command label="Commands" loop filter={matches}>
      <Command.Input
        value={search}
        onValueChange={setSearch}
        placeholder="Search people, pages, and more"
        maxLength={254}
        className="w-full border-b border-line bg-transparent px-5 py-4 text-lead outline-none"
      />
      <Command.List className="max-h-[50dvh] overflow-y-auto p-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-ink-soft">
        <Command.Empty className="px-3 py-6 text-center text-ink-soft">
          {isSearching ? 'Searching…' : isFailed ? labels.searchFailed : 'Nothing found'}
        </Command.Empty>
        {[...new Set(found.map(({ group }) => group))].map((heading) => (
          <Command.Group key={heading} heading={heading}>
            {found
              .filter(({ group }) => group === heading)
              .map(({ group, href, name, line }) => (
                <Command.Item
                  key={href}
                  value={href}
                  keywords={[name, line ?? '', search]}
                  onSelect={run(() => navigate(href))}
                  className={ITEM}
                >
                  {group === PEOPLE ? <Avatar name={name} /> : null}
                  <span className="min-w-0 flex-1 truncate">{name}</span>
                  {line ? <span className="truncate text-meta text-ink-soft">{line}</span> : null}
                </Command.Item>
              ))}
          </Command.Group>
        ))}
        {commands.map(({ heading, items }) => (
          <Command.Group key={heading} heading={heading}>
            {items.map(({ text, element }, index) => (
              <Command.Item
                key={`${heading} ${text}`}
                value={`${heading} ${index}`}
                keywords={[text]}
                onSelect={run(() => element.click())}
                className={ITEM}
              >
                <span className="truncate">{text}</span>
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

/** Matches the texts of a command, which are its keywords. Its value only identifies it. */
function matches(_value: string, search: string, keywords: string[] = []): number {
  return foldText(keywords.join(' ')).includes(foldText(search)) ? 1 : 0
}

const ITEM = 'flex min-h-control cursor-pointer items-center gap-3 rounded-control px-3 aria-selected:bg-surface-sunken'
