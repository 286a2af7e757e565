'use client'

import { Button } from './ui/button'

/** Prints the page. Not shown without JavaScript, where the browser's menu prints it. */
export function PrintButton() {
  return (
    <Button type="button" className="scripted" onClick={() => window.print()}>
      Print
    </Button>
  )
}
