import { THEME_FIELD } from '@/lib/http/theme'
import { linkToSection } from './switcher'

type RailCommands = { heading: string; items: { text: string; element: HTMLElement }[] }[]

/** Returns what the rail links to and does, as commands. They click the rail's own links and buttons. */
export function readCommands(): RailCommands {
  const accounts = document.getElementById('accounts')
  if (accounts) linkToSection(accounts)
  return [
    { heading: 'Go to', items: [...read('#rail nav a'), ...read('#accounts > a, #rail [data-user] a')] },
    { heading: 'Accounts', items: read('#accounts li a', '[data-name]') },
    { heading: 'Theme', items: read(`#rail [name="${THEME_FIELD}"]`) },
    { heading: 'You', items: read('#rail [data-user] button:not([name])') },
  ].filter(({ items }) => items.length)
}

function read(selector: string, nameSelector?: string) {
  return [...document.querySelectorAll<HTMLElement>(selector)].map((element) => ({
    element,
    text: (nameSelector ? element.querySelector(nameSelector) : element)?.textContent?.trim() ?? '',
  }))
}
