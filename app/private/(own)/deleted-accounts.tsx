import { FormMessage } from '@/components/ui/form-message'
import { Day } from '@/components/ui/time'
import type { RestorableAccount } from '@/lib/accounts/deletion'
import { RestoreForm } from './restore-form'

/** What just happened to an account that one was sent here from. Says nothing of one that cannot be restored. */
export function DeletedJustNow({ account }: { account: RestorableAccount | undefined }) {
  if (!account) return null
  return (
    <div className="pb-6">
      <FormMessage tone="success">
        “{account.name}” is deleted. You can restore it until <Day at={account.until} />.
      </FormMessage>
    </div>
  )
}

/** The accounts that one has deleted and can still bring back. */
export function DeletedAccounts({ accounts }: { accounts: RestorableAccount[] }) {
  if (!accounts.length) return null
  return (
    <section aria-labelledby="deleted-accounts" className="pt-10">
      <h2 id="deleted-accounts" className="text-heading">
        Deleted accounts
      </h2>
      <p className="max-w-[65ch] pt-1 pb-3 text-ink-soft">
        Nobody can open these any more. A restored account is as it was; one that is not restored is erased for good.
      </p>
      <ul className="border-y border-line">
        {accounts.map(({ id, name, until }) => (
          <li key={id} className="border-t border-line first:border-t-0">
            <RestoreForm id={id} name={name}>
              <p className="font-medium">{name}</p>
              <p className="text-small text-ink-soft">
                Restorable until <Day at={until} />
              </p>
            </RestoreForm>
          </li>
        ))}
      </ul>
    </section>
  )
}
