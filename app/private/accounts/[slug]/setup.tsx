import { Anchor } from '@/components/ui/anchor'
import * as labels from '@/lib/labels/private'
import type { CoreStep, SetupStep } from '@/lib/overview/setup'
import { DismissSetup } from './dismiss-setup'

const SENTENCES: Record<CoreStep, string> = {
  'confirm-email': 'Confirm your email',
  'add-name': 'Add your name',
  'invite-teammate': 'Invite a teammate',
}

function sentenceOf(step: SetupStep['step']): string {
  return typeof step === 'string' ? SENTENCES[step] : step.sentence
}

/** The setup checklist of a new account. */
export function Setup({ slug, steps }: { slug: string; steps: SetupStep[] }) {
  const done = steps.filter(({ isDone }) => isDone).length
  return (
    <section aria-labelledby="setup" className="mb-6 rounded-panel border border-line bg-surface-raised px-4 pt-3 pb-2">
      <div className="flex items-center gap-3">
        <h2 id="setup" className="text-heading">
          {labels.getStarted}
        </h2>
        <span className="flex-1 text-small text-ink-soft">
          {done} of {steps.length} done
        </span>
        <DismissSetup slug={slug} />
      </div>
      <ol className="sm:columns-2">
        {steps.map(({ step, path, isDone }) => (
          <li key={sentenceOf(step)} className="flex min-h-control break-inside-avoid items-center gap-2">
            {isDone ? (
              <>
                <span className="icon-circle-check text-accent" />
                <span className="text-ink-soft">
                  {sentenceOf(step)}
                  <span className="sr-only"> (done)</span>
                </span>
              </>
            ) : (
              <>
                <span className="icon-circle text-line-strong" />
                <Anchor
                  href={path}
                  className="inline-flex min-h-control items-center underline decoration-line-strong underline-offset-4 hover:decoration-ink"
                >
                  {sentenceOf(step)}
                </Anchor>
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
