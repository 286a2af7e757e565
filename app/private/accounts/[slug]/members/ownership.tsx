'use client'

import { formFor } from '@/components/form-for'
import { Avatar } from '@/components/ui/avatar'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/labels/private'
import type { emptySchema } from '@/lib/validation'
import { acceptOwnershipAction, declineOwnershipAction } from './actions'

const { Form } = formFor<typeof emptySchema>()

/** Shown to a member who was offered ownership of the account. */
export function OwnershipOfferCard({ slug, accountName, offererName }: { slug: string; accountName: string; offererName: string }) {
  return (
    <section aria-labelledby="offer" className="mb-6 rounded-panel border border-line bg-surface-raised p-4">
      <h2 id="offer" className="flex items-center gap-2 text-heading">
        <Avatar name={offererName} size="medium" />
        <span className="min-w-0 wrap-anywhere">{offererName} offered you ownership</span>
      </h2>
      <p className="mt-1 mb-4 max-w-[65ch] text-ink-soft">
        If you accept, you become the owner of {accountName}, and {offererName} becomes an admin.
      </p>
      <div className="flex flex-wrap gap-2">
        <Form action={acceptOwnershipAction.bind(null, slug)}>
          <SubmitButton>{labels.acceptOwnership}</SubmitButton>
          <FormOutcome />
        </Form>
        <Form action={declineOwnershipAction.bind(null, slug)}>
          <SubmitButton look="quiet">Decline</SubmitButton>
          <FormOutcome />
        </Form>
      </div>
    </section>
  )
}
