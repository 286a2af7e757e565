import type { ReactNode } from 'react'
import { FormOutcome } from './form'

/** The layout of a one-field form: the button and message next to the field, or below it on narrow screens. */
export function FieldLine({ field, button }: { field: ReactNode; button: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <div className="w-full sm:w-[420px]">{field}</div>
      {/* aligned with the control, below its label */}
      <div className="sm:pt-7">{button}</div>
      <div className="min-w-0 flex-1 basis-40 px-2 pt-0.5 sm:pt-7">
        <FormOutcome />
      </div>
    </div>
  )
}
