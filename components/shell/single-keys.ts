const KEY = 'atrium.single-key-shortcuts'

/** Returns whether shortcuts of a single character work in this browser. The user can turn them off (WCAG 2.1.4). */
export function areSingleKeysOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true // the browser blocks storage
  }
}

/** Turns shortcuts of a single character on or off in this browser. */
export function turnSingleKeys(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, 'off')
  } catch {
    // the browser blocks storage
  }
}
