'use client'

import type { ReactNode } from 'react'
import { ListForm } from '@/components/ui/list-form'
import { archiveProjectAction, restoreProjectAction } from './actions'

type Props = { slug: string; isArchived: boolean; children: ReactNode }

/** The form that archives projects, or restores archived ones. Its buttons have the name `id`. */
export function ArchiveForm({ slug, isArchived, children }: Props) {
  const [action, undo] = isArchived ? [restoreProjectAction, archiveProjectAction] : [archiveProjectAction, restoreProjectAction]
  return (
    <ListForm action={action.bind(null, slug)} undo={undo.bind(null, slug)}>
      {children}
    </ListForm>
  )
}
