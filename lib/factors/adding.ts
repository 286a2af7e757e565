import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Tx } from '@/lib/platform/db'
import type { FactorChange } from '@/lib/platform/mail/templates/factors'
import { recordProof } from '@/lib/proofs/proofs'
import type { NewProof } from '@/lib/proofs/schema'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { forgetBrowsers } from './browsers'
import { reportChange } from './changes'
import { makeRecoveryCodes } from './recovery-codes'

/**
 * Finishes adding a factor, in the same transaction. Records that this session has verified it, makes the user's other sessions
 * verify one at their next request, and ends a reset by the operator. Creates recovery codes if the user has none.
 * @param handle of the session, which shows the new codes
 * @returns whether it created recovery codes
 */
export async function finishAdding(
  tx: Tx,
  scope: UserScope,
  { handle, proof, change, request, name }: { handle: string; proof: NewProof; change: FactorChange; request: RequestInfo; name: string },
): Promise<{ hasNewCodes: boolean }> {
  const userId = scope.user.id
  await recordProof(tx, hashSessionId(scope.session.id), proof)
  await tx.factorReset.deleteMany({ where: { userId } })
  await forgetBrowsers(tx, userId)
  await reportChange(tx, scope, change, request, name)
  const hasNewCodes = (await tx.recoveryCode.count({ where: { userId } })) === 0
  if (hasNewCodes) await makeRecoveryCodes(tx, userId, handle)
  return { hasNewCodes }
}
