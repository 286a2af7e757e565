import { useEffect, useState } from 'react'
import type { Found } from '@/lib/search/found'

const TYPING_MS = 150 // before a search

const NONE: Found[] = []

/** Searches the account of the page while the user types. @returns what it found, and whether it has not answered yet */
export function useFound(search: string): { found: Found[]; isSearching: boolean } {
  const [{ found, of }, setAnswer] = useState({ found: NONE, of: '' })
  useEffect(() => {
    const setFound = (all: Found[]) => setAnswer({ found: all, of: search })
    const account = document.querySelector<HTMLAnchorElement>('#rail nav a[data-roles][data-exact]')
    if (!account || !search.trim()) return setFound(NONE)
    const request = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`${account.pathname}/search?${new URLSearchParams({ search })}`, { signal: request.signal })
        const isJson = response.headers.get('content-type')?.startsWith('application/json')
        setFound(response.ok && isJson ? await response.json() : NONE)
      } catch {
        if (!request.signal.aborted) setFound(NONE) // offline
      }
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      request.abort()
    }
  }, [search])
  return { found, isSearching: of !== search }
}
