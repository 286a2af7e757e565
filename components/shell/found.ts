import { useEffect, useState } from 'react'
import type { Found } from '@/lib/search/schema'

const TYPING_MS = 150 // before a search

/** Searches the account of the page while the user types. */
export function useFound(search: string): Found[] {
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
