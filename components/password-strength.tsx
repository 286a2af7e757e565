'use client'

import { useDeferredValue, useMemo } from 'react'
import type { z } from 'zod'
import { sentence } from '@/lib/messages'
import { type PasswordContext, ratePassword } from '@/lib/password/strength'

const VERDICTS = ['Very easy to guess', 'Easy to guess', 'Could be stronger', 'Strong', 'Very strong']
const COLORS = ['bg-danger', 'bg-danger', 'bg-warning', 'bg-accent', 'bg-accent']

type Props = { password: string; rules: z.ZodType | undefined; context: PasswordContext }

/**
 * Estimates how hard a password is to guess. For a password that the server would refuse, shows the server's reason
 * instead.
 */
export default function PasswordStrength({ password, rules, context }: Props) {
  const judged = useDeferredValue(password)
  const { score, words } = useMemo(() => judge({ password: judged, rules, context }), [judged, rules, context])
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

function judge({ password, rules, context }: Props): { score: number; words: string | undefined } {
  const refusal = rules?.safeParse(password).error?.issues[0]?.message
  if (refusal) return { score: 0, words: sentence(refusal) }
  const { score, weakness } = ratePassword(password, context)
  return { score, words: weakness ? sentence(weakness) : VERDICTS[score] }
}
