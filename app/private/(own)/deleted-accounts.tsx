import { FormMessage } from '@/components/form-message'
import { Day } from '@/components/moment'
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
      <p className="max-w-[65ch] pt-1 pb-3 text-ink-soft">Nobody can open these. Restored, they are as they were.</p>
      <ul className="border-y border-line">
        {accounts.map(({ id, name, until }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
            <div className="min-w-0 flex-1 basis-52">
              <p className="font-medium">{name}</p>
              <p className="text-small text-ink-soft">
                Erased for good after <Day at={until} />
              </p>
            </div>
            <RestoreForm accountId={id} name={name} />
          </li>
        ))}
      </ul>
    </section>
  )
}
