import { Button } from '@/components/ui/button'
import { Moment } from '@/components/ui/time'
import type { Factors } from '@/lib/factors/list'
import { RemovePasskeyForm, RenamePasskeyForm } from './passkey-forms'
import { Row } from './row'

/** The user's passkeys, each with its last use. */
export function PasskeyRows({ passkeys, mayChange }: { passkeys: Factors['passkeys']; mayChange: boolean }) {
  return passkeys.map(({ id, name, isBackedUp, createdAt, lastUsedAt }) => (
    <Row
      key={id}
      name={name}
      line={
        <>
          Passkey{isBackedUp ? ', synced between your devices' : ''} · Added <Moment at={createdAt} />
          {lastUsedAt ? (
            <>
              {' '}
              · Last used <Moment at={lastUsedAt} />
            </>
          ) : null}
        </>
      }
    >
      <div className="flex flex-wrap items-start gap-1">
        <details>
          <Button asChild look="plain">
            <summary aria-label={`Rename ${name}`} className="list-none [&::-webkit-details-marker]:hidden">
              Rename
            </summary>
          </Button>
          <RenamePasskeyForm id={id} name={name} />
        </details>
        {mayChange ? <RemovePasskeyForm id={id} name={name} /> : null}
      </div>
    </Row>
  ))
}
