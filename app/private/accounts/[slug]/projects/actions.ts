'use server'

import { refresh } from 'next/cache'
import { notFound } from 'next/navigation'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { archiveProject, createProject, deleteProject, renameProject } from '@/lib/projects/projects'
import { newProjectSchema, projectSchema, renameProjectSchema } from '@/lib/projects/schema'
import { requireScope } from '@/lib/scope'

/** Makes a project. */
export async function createProjectAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: newProjectSchema }, async (input, request) => {
    const created = (await createProject(await requireScope(slug), input, request)) ?? notFound()
    refresh()
    return created.ok ? { ok: true, value: `“${input.name}” is there.` } : created
  })
}

/** Renames a project. */
export async function renameProjectAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: renameProjectSchema }, async (input, request) => {
    const renamed = (await renameProject(await requireScope(slug), input, request)) ?? notFound()
    refresh()
    return renamed.ok ? { ok: true, value: `It is called “${renamed.value}” now.` } : renamed
  })
}

/** Puts a project aside. */
export async function archiveProjectAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return setArchived(slug, form, true)
}

/** Takes a project back from the archive. */
export async function unarchiveProjectAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return setArchived(slug, form, false)
}

function setArchived(slug: string, form: FormData, archived: boolean): Promise<FormState> {
  return runForm(form, { schema: projectSchema }, async ({ id }, request) => {
    const changed = (await archiveProject(await requireScope(slug), { id, archived }, request)) ?? notFound()
    refresh()
    return changed.ok ? { ok: true, value: `“${changed.value}” is ${archived ? 'archived' : 'back'}.` } : changed
  })
}

/** Deletes a project for good. */
export async function deleteProjectAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: projectSchema }, async ({ id }, request) => {
    const deleted = (await deleteProject(await requireScope(slug), id, request)) ?? notFound()
    refresh()
    return deleted.ok ? { ok: true, value: `“${deleted.value}” is deleted.` } : deleted
  })
}
