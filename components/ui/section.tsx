import type { ReactNode } from 'react'

/** A section of a settings page, with a line above it. @param id of its heading, for links to it */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="border-t border-line pt-6 pb-8">
      <h2 id={id} className="pb-1 text-heading">
        {title}
      </h2>
      {children}
    </section>
  )
}
