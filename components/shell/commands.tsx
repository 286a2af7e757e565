'use client'

import { Command } from 'cmdk'
import { useEffect, useState } from 'react'
import type { Found } from '@/lib/search/schema'
import { linkToSection } from './switcher'

const TYPING_MS = 150 // before a search

/**
 * The commands that match what is typed. They are the links and buttons that the rail already has, so the page carries them once;
 * people and projects of the account come from its search.
 */
export function Commands({ navigate, close }: { navigate: (href: string) => void; close: () => void }) {
  const [search, setSearch] = useState('')
  const [commands] = useState(readCommands)
  const found = useFound(search)
  const run = (act: () => void) => () => {
    close()
    act()
  }
  return (
    <Command label="Commands" loop>
      <Command.Input
        value={search}
        onValueChange={setSearch}
        placeholder="Search people, projects, and pages"
        maxLength={254}
        className="w-full border-b border-line bg-transparent px-5 py-4 text-lead outline-none"
      />
      <Command.List className="max-h-[50dvh] overflow-y-auto p-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-ink-soft">
        <Command.Empty className="px-3 py-6 text-center text-ink-soft">Nothing found</Command.Empty>
        {GROUPS.map(([heading, kind]) => (
          <Group key={kind} heading={heading}>
            {found
              .filter((each) => each.kind === kind)
              .map(({ href, name, line }) => (
                <Command.Item
                  key={href}
                  value={href}
                  keywords={[name, line ?? '', search]}
                  onSelect={run(() => navigate(href))}
                  className={ITEM}
                >
                  <span className="min-w-0 flex-1 truncate">{name}</span>
                  {line ? <span className="truncate text-meta text-ink-soft">{line}</span> : null}
                </Command.Item>
              ))}
          </Group>
        ))}
        {commands.map(({ heading, items }) => (
          <Group key={heading} heading={heading}>
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
          </Group>
        ))}
      </Command.List>
    </Command>
  )
}

const ITEM = 'flex min-h-control cursor-pointer items-center gap-3 rounded-control px-3 aria-selected:bg-surface-sunken'
const GROUPS = [
  ['People', 'person'],
  ['Projects', 'project'],
] as const

/** A group, without its heading if it is empty. */
function Group({ heading, children }: { heading: string; children: React.ReactNode[] }) {
  return children.length ? <Command.Group heading={heading}>{children}</Command.Group> : null
}

type RailCommands = { heading: string; items: { text: string; element: HTMLElement }[] }[]

function readCommands(): RailCommands {
  const accounts = document.getElementById('accounts')
  if (accounts) linkToSection(accounts)
  return [
    { heading: 'Go to', items: [...read('#rail nav a'), ...read('#accounts > a, #rail [data-user] a')] },
    { heading: 'Accounts', items: read('#accounts li a', '[data-name]') },
    { heading: 'Theme', items: read('#rail [name="theme"]') },
    { heading: 'You', items: read('#rail [data-user] button:not([name])') },
  ].filter(({ items }) => items.length)
}

function read(selector: string, nameSelector?: string) {
  return [...document.querySelectorAll<HTMLElement>(selector)].map((element) => ({
    element,
    text: (nameSelector ? element.querySelector(nameSelector) : element)?.textContent?.trim() ?? '',
  }))
}

/** Searches the account of the page while the user types. */
function useFound(search: string): Found[] {
  const [found, setFound] = useState<Found[]>([])
  useEffect(() => {
    const account = document.querySelector<HTMLAnchorElement>('#rail nav a[data-roles][data-exact]')
    if (!account || !search.trim()) return setFound([])
    const request = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`${account.pathname}/search?${new URLSearchParams({ search })}`, { signal: request.signal })
        const isJson = response.headers.get('content-type')?.startsWith('application/json')
        setFound(response.ok && isJson ? await response.json() : [])
      } catch {
        setFound([]) // offline, or the next letter was typed
      }
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      request.abort()
    }
  }, [search])
  return found
}
