import { useEffect, useState } from 'react'
import type { Found } from '@/lib/search/found'

const TYPING_MS = 150 // before a search

const NONE: Found[] = []

/** Searches the account of the page while the user types. @returns what it found, and whether it has not answered yet, or could not */
export function useFound(search: string): { found: Found[]; isSearching: boolean; isFailed: boolean } {
  const [{ found, of, isFailed }, setAnswer] = useState({ found: NONE, of: '', isFailed: false })
  useEffect(() => {
    const setFound = (all: Found[], isFailed = false) => setAnswer({ found: all, of: search, isFailed })
    const account = document.querySelector<HTMLAnchorElement>('#rail nav a[data-roles][data-exact]')
    if (!account || !search.trim()) return setFound(NONE)
    const request = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`${account.pathname}/search?${new URLSearchParams({ search })}`, { signal: request.signal })
        const isJson = response.headers.get('content-type')?.startsWith('application/json')
        if (!response.ok || !isJson) throw new Error(`The search answered ${response.status}.`)
        setFound(await response.json())
      } catch {
        if (!request.signal.aborted) setFound(NONE, true) // offline, or an error of the server
      }
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      request.abort()
    }
  }, [search])
  return { found, isSearching: of !== search, isFailed }
}
