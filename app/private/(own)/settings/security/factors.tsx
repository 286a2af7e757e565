import { Button } from '@/components/ui/button'
import { Day, Moment } from '@/components/ui/time'
import { namesOf, type Requirement } from '@/lib/account-policies/requirements'
import type { FactorView } from '@/lib/factors/list'
import type { FactorKind } from '@/lib/factors/schema'
import * as labels from '@/lib/labels/private'
import { RemoveFactorForm, RenameFactorForm } from './factor-forms'
import { Row } from './row'

/**
 * The user's authenticator apps or passkeys, each with its last use and the accounts that require it.
 * @param requirements of which the factors of this kind meet one
 */
export function FactorRows({
  kind,
  factors,
  requirements,
  mayChange,
}: {
  kind: FactorKind
  factors: (FactorView & { isBackedUp?: boolean })[]
  requirements: Requirement[]
  mayChange: boolean
}) {
  const { accounts } = namesOf(requirements.filter(({ methods }) => methods.includes(kind)))
  return factors.map(({ id, name, createdAt, lastUsedAt, isBackedUp }) => (
    <Row
      key={id}
      name={name}
      isPart
      line={
        <>
          {isBackedUp ? 'Synced between your devices · ' : ''}Added <Day at={createdAt} />
          {lastUsedAt ? (
            <>
              {' '}
              · Last used <Moment at={lastUsedAt} />
            </>
          ) : null}
          {accounts ? ` · Required by ${accounts}` : ''}
        </>
      }
    >
      <div className="flex flex-wrap items-start gap-1 max-sm:-ml-4">
        <details className="relative">
          <Button asChild look="plain">
            <summary aria-label={labels.renameFactor(name)} className="list-none [&::-webkit-details-marker]:hidden">
              Rename
            </summary>
          </Button>
          <div className="absolute right-0 z-10 mt-1 w-72 rounded-panel border border-line bg-surface-raised px-4 pt-2 pb-4 shadow-float max-sm:right-auto max-sm:left-4">
            <RenameFactorForm kind={kind} id={id} name={name} />
          </div>
        </details>
        {mayChange ? <RemoveFactorForm kind={kind} id={id} name={name} /> : null}
      </div>
    </Row>
  ))
}
