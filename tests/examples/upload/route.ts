import path from 'node:path'
import { handlerWithPolicy } from '@/lib/handler'
import { requireUser } from '@/lib/scope'
import { policy } from './route.policy'
import { storeUpload } from './store'

const FOLDER = '/var/lib/product/avatars'

export const POST = handlerWithPolicy(policy, async (_, body) => {
  const { user } = await requireUser()
  await storeUpload(body, path.join(FOLDER, user.id))
  return new Response(null, { status: 204 })
})
