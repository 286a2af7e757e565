'use client'

import { RecentAuthField } from '@/components/recent-auth-field'
import { Field, TextArea } from '@/components/ui/field'
import { Form, FormOutcome } from '@/components/ui/form'
import { PageHeader } from '@/components/ui/page-header'
import { SubmitButton } from '@/components/ui/submit-button'
import type { UnsentForm as Props } from '@/lib/form'

const LONG = 60 // characters

/** A form that was sent without JavaScript, in place of its page. It keeps what was typed until it can be sent again. */
export function UnsentForm({ action, state, shown, hidden }: Props) {
  const typed = state.status === 'error' ? state.values : {}
  return (
    <>
      <PageHeader title="Not sent yet" line="Here’s what you entered." />
      <Form action={action} initial={state} hidden={hidden} beforeSubmit={<RecentAuthField />} className="max-w-[560px]">
        {shown.map(({ name, label }) => {
          const isLong = /\n/.test(typed[name] ?? '') || (typed[name] ?? '').length > LONG
          return isLong ? (
            <TextArea key={name} name={name} label={label} rows={8} />
          ) : (
            <Field key={name} name={name} label={label} autoComplete="off" />
          )
        })}
        <SubmitButton>Send again</SubmitButton>
        <FormOutcome />
      </Form>
    </>
  )
}
