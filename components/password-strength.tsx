'use client'

import { use, useDeferredValue, useMemo, useSyncExternalStore } from 'react'
import type { z } from 'zod'
import { sentence } from '@/lib/messages'
import { type PasswordContext, ratePassword } from '@/lib/password/strength'

const VERDICTS = ['Very easy to guess', 'Easy to guess', 'Could be stronger', 'Strong', 'Very strong']
const COLORS = ['bg-danger', 'bg-danger', 'bg-warning', 'bg-accent', 'bg-accent']

type Props = { form: HTMLFormElement; name: string; schema: Promise<z.ZodObject | undefined>; context: PasswordContext | undefined }

/**
 * Estimates how hard a password is to guess, while it is typed. For a password that the server would refuse, shows the
 * server's reason instead.
 */
export default function PasswordStrength({ form, name, schema, context }: Props) {
  const typed = useDeferredValue(useTyped(form))
  const rules = use(schema)?.shape[name] as z.ZodType | undefined
  const { score, words } = useMemo(() => {
    const { [name]: password = '', email, accountName, name: ownName } = JSON.parse(typed) as Record<string, string | undefined>
    return judge(password, rules, {
      ...context,
      ...(email !== undefined && { email }),
      ...(accountName !== undefined && { accountNames: [accountName] }),
      ...(ownName !== undefined && { name: ownName }),
    })
  }, [typed, name, rules, context])
  if (words === undefined) return null
  return (
    <div className="appearing flex items-center gap-3 text-small leading-4 text-ink-soft">
      <div className="flex min-w-16 flex-1 gap-1" aria-hidden="true">
        {[1, 2, 3, 4].map((stroke) => (
          <div key={stroke} className={`h-1 flex-1 rounded-full ${stroke <= Math.max(score, 1) ? COLORS[score] : 'bg-line'}`} />
        ))}
      </div>
      <p role="status">{words}</p>
    </div>
  )
}

/** Returns what the form contains now, as JSON. */
function useTyped(form: HTMLFormElement): string {
  return useSyncExternalStore(
    (onChange) => {
      form.addEventListener('input', onChange)
      return () => form.removeEventListener('input', onChange)
    },
    () => JSON.stringify(Object.fromEntries(new FormData(form))),
  )
}

function judge(password: string, rules: z.ZodType | undefined, context: PasswordContext): { score: number; words: string | undefined } {
  if (!password) return { score: 0, words: undefined }
  const refusal = rules?.safeParse(password).error?.issues[0]?.message
  if (refusal) return { score: 0, words: sentence(refusal) }
  const { score, weakness } = ratePassword(password, context)
  return { score, words: weakness ? sentence(weakness) : VERDICTS[score] }
}
