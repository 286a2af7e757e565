'use client'

import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { useDeferredValue, useMemo } from 'react'

const LONGEST_JUDGED = 64 // the estimate's cost grows faster than the password
const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: LONGEST_JUDGED })

const VERDICTS = ['Very easy to guess', 'Easy to guess', 'Could be stronger', 'Strong', 'Very strong']
const COLOURS = ['bg-danger', 'bg-danger', 'bg-warning', 'bg-accent', 'bg-accent']

/** How hard a password is to guess, in four strokes and two words. A hint: the rules are the server's. */
export default function PasswordStrength({ password, context }: { password: string; context: string[] }) {
  const judged = useDeferredValue(password)
  const words = context.filter(Boolean).join('\n')
  const score = useMemo(() => estimator.check(judged.slice(0, LONGEST_JUDGED), words.split('\n')).score, [judged, words])
  return (
    <div className="appearing flex items-center gap-3 text-small text-ink-soft">
      <div className="flex flex-1 gap-1" aria-hidden="true">
        {[1, 2, 3, 4].map((stroke) => (
          <div key={stroke} className={`h-1 flex-1 rounded-full ${stroke <= Math.max(score, 1) ? COLOURS[score] : 'bg-line'}`} />
        ))}
      </div>
      <p role="status">{VERDICTS[score]}</p>
    </div>
  )
}
