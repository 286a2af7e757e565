'use server'

import { userAction } from '@/lib/action'
import { profileSchema } from '@/lib/users/schema'
import { updateProfile } from '@/lib/users/users'

export const updateProfileAction = userAction(
  { schema: profileSchema },
  ({ scope, input, request }) => updateProfile(scope, input, request),
  'profile-saved',
)
