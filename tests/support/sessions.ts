import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { readWithoutContext } from '@/lib/platform/read'
import { scopeOf, type UserScope } from '@/lib/session-scope'
import { isKnownDevice } from '@/lib/sessions/devices'
import { hashSessionId, startSession } from '@/lib/sessions/sessions'
import { asSuperuser, NOW } from './database'
import { REQUEST } from './people'

/** Starts another session of a user. @returns its scope */
export async function anotherSession({ user }: UserScope, userAgent: string | null = REQUEST.userAgent): Promise<UserScope> {
  const found = await scopeOf(await startSession(user.id, { remembered: false, request: { ...REQUEST, userAgent } }), null)
  if (!found) throw new Error('No session')
  return found.scope
}

/** Sets one of a session's times to an interval from now. */
export async function shiftSession({ session }: UserScope, column: 'idle_expires_at' | 'expires_at', interval: string) {
  await asSuperuser(`UPDATE sessions SET ${column} = ${NOW} + $2::interval WHERE id_hash = $1`, [keyOf(session.id), interval])
}

/** Returns the row of a session. */
export async function sessionRow(id: string): Promise<Record<string, unknown> | undefined> {
  return (await asSuperuser('SELECT * FROM sessions WHERE id_hash = $1', [keyOf(id)]))[0]
}

/** Returns whether a session with this id is active. */
export async function isActive(id: string): Promise<boolean> {
  return (await scopeOf(id, null)) !== null
}

/** Returns whether a user is known to have signed in from a browser. @param userId null for an unknown email */
export async function knowsDevice(userId: string | null, cookieValue: string | undefined): Promise<boolean> {
  const query = Prisma.sql`SELECT ${isKnownDevice(Prisma.sql`${userId}::uuid`, cookieValue)} AS known`
  return (await readWithoutContext(z.object({ known: z.boolean() }), query))[0]?.known ?? false
}

function keyOf(id: string): Buffer {
  return Buffer.from(hashSessionId(id))
}
