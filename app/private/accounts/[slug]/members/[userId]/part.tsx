import type { ReactNode } from 'react'

/** A part of a member's page. The menu in the list of members links to its id. */
export function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} aria-label={title} className="scroll-mt-6 border-t border-line pt-4 pb-2">
      <h2 id={`${id}-title`} className="pb-1 text-heading">
        {title}
      </h2>
      {children}
    </section>
  )
}
