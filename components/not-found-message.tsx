'use client'

import { Anchor } from '@/components/ui/anchor'
import { Button } from '@/components/ui/button'
import * as labels from '@/lib/labels/common'

/** The content of every 404 page. A client component, so that payloads carry its name instead of its markup. */
export function NotFoundMessage() {
  return (
    <div className="max-w-[400px]">
      <h1 className="text-title">{labels.pageNotFound}</h1>
      <p className="mt-3 mb-6 text-ink-soft">
        It may have moved, or you may not have access to it. Check the address, or go to your accounts.
      </p>
      <Button asChild look="main">
        <Anchor href="/private">{labels.goToYourAccounts}</Anchor>
      </Button>
    </div>
  )
}
