import type { ReactNode } from 'react'
import { FormOutcome } from './form'

/** The inside of a form of one field: its button and what came of it beside the field, or below where it is narrow. */
export function FieldLine({ field, button }: { field: ReactNode; button: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <div className="w-full sm:w-[420px]">{field}</div>
      {/* as far down as the control is, below its label */}
      <div className="sm:pt-7">{button}</div>
      <div className="min-w-0 flex-1 basis-40 px-2 pt-0.5 sm:pt-7">
        <FormOutcome />
      </div>
    </div>
  )
}
