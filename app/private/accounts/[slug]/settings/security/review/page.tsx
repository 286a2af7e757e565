import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { Anchor } from '@/components/ui/anchor'
import { FormMessage } from '@/components/ui/form-message'
import { PageHeader } from '@/components/ui/page-header'
import { type AffectedMember, type PolicyPlan, planPolicy } from '@/lib/account-policies/change'
import { fieldsOf, policyOf, policySchema } from '@/lib/account-policies/form-schema'
import type { PolicyRule } from '@/lib/account-policies/schema'
import { changesBetween } from '@/lib/account-policies/summary'
import { sectionPath } from '@/lib/accounts/paths'
import { withQuery } from '@/lib/http/paths'
import { requestInfo } from '@/lib/http/request-info'
import * as labels from '@/lib/labels/private'
import { sentence } from '@/lib/messages'
import { ROLE_NAMES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'
import { SavePolicyForm } from './form'

export const metadata: Metadata = { title: 'Review security policy' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> }

/** A dry run: what the policy in the query would change, and what each member would have to do. It changes nothing. */
export default async function ReviewPolicyPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'account.change-policy')
  const form = sectionPath(scope.account.slug, 'settings/security')
  const review = sectionPath(scope.account.slug, 'settings/security/review')
  const { data } = policySchema.safeParse(await searchParams)
  const wanted = data ? policyOf(data) : scope.account.policy
  const changes = changesBetween(scope.account.policy, wanted)
  const plan = (await planPolicy(scope, wanted, requestInfo(await headers()))) ?? notFound()
  const values = fieldsOf(wanted)
  return (
    <>
      <PageHeader
        title={labels.reviewChanges}
        back={{ href: withQuery(form, values), label: 'Security policy' }}
        line="Nothing has changed yet."
      />
      {changes.length ? (
        <ul className="border-y border-line">
          {changes.map(({ rule, from, to }) => (
            <li key={rule} className="flex flex-wrap gap-x-2 border-t border-line py-2 wrap-anywhere first:border-t-0">
              <span className="font-medium">{rule}:</span>
              <span className="text-ink-soft">{from} →</span> {to}
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-soft">These are the current rules.</p>
      )}
      <Effects plan={plan} />
      {plan.refusal ? (
        <FormMessage tone="danger">
          {sentence(plan.refusal)}
          {plan.refusal === 'policy-needs-your-factor' ? (
            <>
              {' '}
              <Anchor href={withQuery('/private/settings/security', { callbackUrl: withQuery(review, values) })}>
                Open your security settings
              </Anchor>
            </>
          ) : null}
        </FormMessage>
      ) : (
        <SavePolicyForm slug={scope.account.slug} values={values} />
      )}
    </>
  )
}

function Effects({ plan: { affected, hasMore } }: { plan: PolicyPlan }) {
  const lockedOut = affected.filter(isLockedOut)
  return (
    <div className="space-y-6 py-6">
      {lockedOut.length ? <People title="Will lose access" members={lockedOut} /> : null}
      <People title="At their next request" members={affected.filter((member) => !isLockedOut(member))} />
      {hasMore ? <p className="text-small text-ink-soft">Only the first 200 members are listed.</p> : null}
    </div>
  )
}

function isLockedOut({ rules }: AffectedMember): boolean {
  return rules.includes('address')
}

function People({ title, members }: { title: string; members: AffectedMember[] }) {
  const id = title.toLowerCase().replaceAll(' ', '-')
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="pb-1 text-heading">
        {title}
      </h2>
      {members.length ? (
        <ul className="border-y border-line">
          {members.map((member) => (
            <li key={member.userId} className="border-t border-line py-2 first:border-t-0">
              <span className="font-medium wrap-anywhere">{member.label}</span>{' '}
              <span className="text-ink-soft">({ROLE_NAMES[member.role]})</span> {effectOn(member)}
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-soft">No one would be asked for anything.</p>
      )}
    </section>
  )
}

const ASKS: Record<Exclude<PolicyRule, 'address'>, string> = {
  idle: 'for their password',
  age: 'for their password',
  'second-factor': 'for a second factor',
}

function effectOn(member: AffectedMember): string {
  const { rules, isSignedIn } = member
  if (isLockedOut(member)) return 'would be shut out: their last network isn’t allowed.'
  const asks = [...new Set(rules.map((rule) => (rule === 'address' ? '' : ASKS[rule])))].join(' and ')
  return `would be asked ${asks}${isSignedIn ? '' : ' when they sign in'}.`
}
