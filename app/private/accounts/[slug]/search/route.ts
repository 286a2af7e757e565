import { accountJson } from '@/lib/handler'
import { accountSearchSchema } from '@/lib/search/schema'
import { searchAccount } from '@/lib/search/search'

/** What the command palette finds in the account. */
export const GET = accountJson('account.view', ({ scope, query }) => searchAccount(scope, accountSearchSchema.parse(query).search))
