import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Brand } from '@/components/brand'
import { EmptyState } from '@/components/empty-state'
import { Link } from '@/components/ui/link'
import { PageHeader } from '@/components/ui/page-header'
import { Moment } from '@/components/ui/time'
import { pagePath } from '@/lib/http/paths'
import { env } from '@/lib/platform/env'
import { listMailbox, type StoredMail } from '@/lib/platform/mail/mailbox'

export const metadata: Metadata = { title: 'Mailbox' }

/** Lists the emails sent in development. Answers 404 in production. */
export default async function MailboxPage() {
  if (env().NODE_ENV === 'production') notFound()
  const mails = await listMailbox()
  return (
    <div className="mx-auto max-w-[1040px] px-4 pb-16 sm:px-6">
      <header className="py-3">
        <Brand />
      </header>
      <main className="pt-6">
        <PageHeader title="Mailbox" line="Email sent by this development server. Nothing is delivered." />
        {mails.length ? <MailList mails={mails} /> : <NoEmail />}
      </main>
    </div>
  )
}

function MailList({ mails }: { mails: StoredMail[] }) {
  return (
    <ul className="border-t border-line">
      {mails.map(({ id, to, subject, at }) => (
        <li key={id} className="border-b border-line">
          <Link
            href={pagePath('/dev/mailbox/[id]', id)}
            prefetch={false}
            className="grid min-h-11 gap-x-6 py-3 no-underline hover:bg-surface-sunken sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_8rem] sm:px-3"
          >
            <span className="font-medium">{subject}</span>
            <span className="truncate text-ink-soft" title={to}>
              {to}
            </span>
            <span className="text-small text-ink-soft sm:text-right">
              <Moment at={new Date(at)} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function NoEmail() {
  return env().SMTP_URL || env().MAIL ? (
    <EmptyState title="Email goes elsewhere">
      {env().MAIL ? 'MAIL=log is set, so each email is a log line.' : 'SMTP_URL is set, so email goes to that server.'}
    </EmptyState>
  ) : (
    <EmptyState title="No email yet">Invite someone to an account, for example, then reload this page.</EmptyState>
  )
}
