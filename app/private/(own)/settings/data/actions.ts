'use server'

import { refresh } from 'next/cache'
import { userAction } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { ok } from '@/lib/outcome'
import { deleteUser } from '@/lib/users/deletion'
import { deleteUserSchema } from '@/lib/users/schema'
import { emptySchema } from '@/lib/validation'

/** Requires recent auth before the download: the file itself is a link, and a link can't ask for a password. */
export const prepareDownloadAction = userAction({ schema: emptySchema, recentAuth: true }, async () => ok(null), 'data-ready')

export const deleteUserAction = userAction(
  { schema: deleteUserSchema, recentAuth: true },
  async ({ scope, input, request }) => {
    const deleted = await deleteUser(scope, input, request)
    if (deleted.status === 'conflict') refresh() // the page lists the accounts that prevent it
    return deleted
  },
  async () => {
    await signOut()
    return { redirectTo: '/', message: 'user-deleted' }
  },
)
