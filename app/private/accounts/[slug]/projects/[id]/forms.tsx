'use client'

import type { ReactNode } from 'react'
import { formFor } from '@/components/form-for'
import { FormOutcome } from '@/components/ui/form'
import { SubmitButton } from '@/components/ui/submit-button'
import * as labels from '@/lib/projects/labels'
import type { editUpdateSchema, newUpdateSchema, projectSchema } from '@/lib/projects/schema'
import { deleteUpdateAction, editUpdateAction, postUpdateAction } from '../actions'

const Post = formFor<typeof newUpdateSchema>()
const Edit = formFor<typeof editUpdateSchema>()
const Delete = formFor<typeof projectSchema>()
const loadNewUpdateSchema = () => import('@/lib/projects/schema').then((rules) => rules.newUpdateSchema)
const loadEditUpdateSchema = () => import('@/lib/projects/schema').then((rules) => rules.editUpdateSchema)

type Props = { slug: string; id: string }

/** Posts an update. @param id of the project */
export function PostUpdateForm({ slug, id }: Props) {
  return (
    <Post.Form action={postUpdateAction.bind(null, slug)} schema={loadNewUpdateSchema} values={{ body: '' }} hidden={{ id }} clears>
      <Post.TextArea name="body" label={labels.writeUpdate} rows={3} />
      <SubmitButton>{labels.postUpdate}</SubmitButton>
      <FormOutcome />
    </Post.Form>
  )
}

/** Edits an update in its place. @param children the link that cancels */
export function EditUpdateForm({ slug, id, body, children }: Props & { body: string; children: ReactNode }) {
  return (
    <Edit.Form action={editUpdateAction.bind(null, slug)} schema={loadEditUpdateSchema} values={{ body }} hidden={{ id }}>
      <Edit.TextArea name="body" id={`body-${id}`} label={labels.editUpdate} defaultValue={body} rows={4} />
      <div className="flex gap-2">
        <SubmitButton>{labels.save}</SubmitButton>
        {children}
      </div>
      <FormOutcome />
    </Edit.Form>
  )
}

/** Confirms the deletion of an update, below it. @param children the link that cancels */
export function DeleteUpdateForm({ slug, id, children }: Props & { children: ReactNode }) {
  return (
    <Delete.Form action={deleteUpdateAction.bind(null, slug)} hidden={{ id }} className="pt-3">
      <p className="pb-2">This deletes the update for everyone in the account and can’t be undone.</p>
      <div className="flex gap-2">
        <SubmitButton look="danger">{labels.deleteUpdate}</SubmitButton>
        {children}
      </div>
      <FormOutcome />
    </Delete.Form>
  )
}
