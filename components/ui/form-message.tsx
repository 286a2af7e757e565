import type { ReactNode } from 'react'
import { Anchor } from '@/components/ui/anchor'
import type { Route } from '@/lib/http/paths'
import * as labels from '@/lib/labels/common'
import { Glyph } from './glyph'

/**
 * A message about a whole form: an error with its remedy, or a success.
 * @param verify the account's verification page, opened in a new tab so that the form keeps what was typed
 */
export function FormMessage({ tone, verify, children }: { tone: 'danger' | 'success'; verify?: Route | undefined; children: ReactNode }) {
  return (
    <p
      role={tone === 'danger' ? 'alert' : 'status'}
      className={`appearing flex gap-2 text-body ${tone === 'danger' ? 'text-danger' : 'text-accent'}`}
    >
      <Glyph name={tone === 'danger' ? 'alert' : 'check'} className="mt-1" />
      <span>
        {children}
        {verify ? (
          <>
            {' '}
            <Anchor href={verify} target="_blank" rel="noopener">
              {labels.verifyInNewTab}
            </Anchor>
            , then send this again.
          </>
        ) : null}
      </span>
    </p>
  )
}
