'use client'

import { lazy } from 'react'
import { DialogLink } from '@/components/ui/dialog-link'
import { sectionPath } from '@/lib/accounts/paths'
import * as labels from '@/lib/projects/labels'

const NewProjectForm = lazy(() => import('./new-form').then(({ NewProjectForm }) => ({ default: NewProjectForm })))

/** Opens the form for a new project as a dialog; without JavaScript, it leads to the page with the form. */
export function NewProjectLink({ slug }: { slug: string }) {
  return (
    <DialogLink
      href={sectionPath(slug, 'projects/new')}
      label={
        <>
          <span className="icon-plus" />
          {labels.newProject}
        </>
      }
      title={labels.newProject}
    >
      {() => <NewProjectForm slug={slug} />}
    </DialogLink>
  )
}
