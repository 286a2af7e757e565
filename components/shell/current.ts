// Safe for the browser.

/** Returns whether a link of the navigation is the current one: its page or, unless `isExact`, a page below it. */
export function isCurrent(path: string, href: string, isExact: boolean): boolean {
  return path === href || (!isExact && path.startsWith(`${href}/`))
}

/** Moves the mark of the current link after a navigation, for which the server did not render the rail again. */
export function markCurrent(path: string): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('#rail nav a')) {
    if (isCurrent(path, link.pathname, link.dataset.exact !== undefined)) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}
