import { Day } from '@/components/ui/time'
import type { RestorableAccount } from '@/lib/accounts/home'
import { RestoreForm } from './restore-form'

/** Deleted accounts that the user can still restore. */
export function DeletedAccounts({ accounts }: { accounts: RestorableAccount[] }) {
  if (!accounts.length) return null
  return (
    <section aria-labelledby="deleted-accounts" className="pt-10">
      <h2 id="deleted-accounts" className="text-heading">
        Deleted accounts
      </h2>
      <p className="max-w-[65ch] pt-1 pb-3 text-ink-soft">
        Members can’t open these accounts. Restore an account before the date shown, or it will be permanently erased.
      </p>
      <ul className="border-y border-line">
        {accounts.map(({ id, name, until }) => (
          <li key={id} className="border-t border-line first:border-t-0">
            <RestoreForm id={id} name={name}>
              <p className="font-medium">{name}</p>
              <p className="text-small text-ink-soft">
                Can be restored until <Day at={until} />
              </p>
            </RestoreForm>
          </li>
        ))}
      </ul>
    </section>
  )
}
