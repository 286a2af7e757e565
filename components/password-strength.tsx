'use client'

import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { useDeferredValue, useMemo } from 'react'
import type { z } from 'zod'
import { sentence } from '@/lib/messages'
import { commonPasswords, includesPassword } from '@/lib/password/common'
import { contextualWeakness } from '@/lib/password/schema'

const MAX_ESTIMATED_LENGTH = 64 // the cost of the estimate grows faster than the length
const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MAX_ESTIMATED_LENGTH })
const common = commonPasswords(dictionary['passwords-common'])

const VERDICTS = ['Very easy to guess', 'Easy to guess', 'Could be stronger', 'Strong', 'Very strong']
const COLORS = ['bg-danger', 'bg-danger', 'bg-warning', 'bg-accent', 'bg-accent']

type Props = { password: string; rules: z.ZodType | undefined; email: string; accountName: string }

/**
 * Estimates how hard a password is to guess. For a password that the server would refuse, shows the server's reason
 * instead.
 */
export default function PasswordStrength({ password, rules, email, accountName }: Props) {
  const judged = useDeferredValue(password)
  const { score, words } = useMemo(() => judge({ password: judged, rules, email, accountName }), [judged, rules, email, accountName])
  return (
    <div className="appearing flex items-center gap-3 text-small text-ink-soft">
      <div className="flex min-w-16 flex-1 gap-1" aria-hidden="true">
        {[1, 2, 3, 4].map((stroke) => (
          <div key={stroke} className={`h-1 flex-1 rounded-full ${stroke <= Math.max(score, 1) ? COLORS[score] : 'bg-line'}`} />
        ))}
      </div>
      <p role="status">{words}</p>
    </div>
  )
}

function judge({ password, rules, email, accountName }: Props): { score: number; words: string | undefined } {
  const { score } = estimator.check(password.slice(0, MAX_ESTIMATED_LENGTH), [email, accountName].filter(Boolean))
  const broken = score && rules?.safeParse(password).error?.issues[0]?.message // a password with score 0 breaks some rule anyway
  const refusal = broken || (includesPassword(common, password) ? 'password-common' : contextualWeakness(password, { email, accountName }))
  return refusal ? { score: 0, words: sentence(refusal) } : { score, words: VERDICTS[score] }
}
