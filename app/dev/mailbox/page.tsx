import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Brand } from '@/components/brand'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Moment } from '@/components/ui/time'
import { env } from '@/lib/platform/env'
import { listMailbox, type StoredMail } from '@/lib/platform/mail/mailbox'

export const metadata: Metadata = { title: 'Mailbox' }

/** In development, every mail there would have been. In production it is not there. */
export default async function MailboxPage() {
  if (env().NODE_ENV === 'production') notFound()
  const mails = await listMailbox()
  return (
    <div className="mx-auto max-w-[1040px] px-4 pb-16 sm:px-6">
      <header className="py-3">
        <Brand />
      </header>
      <main className="pt-6">
        <PageHeader title="Mailbox" line="Mail of this development server. It is kept here and goes to nobody." />
        {mails.length ? <MailList mails={mails} /> : <NoMail />}
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
            href={`/dev/mailbox/${id}`}
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

function NoMail() {
  return env().SMTP_URL || env().MAIL ? (
    <EmptyState title="Mail does not come here">
      {env().MAIL ? 'MAIL=log is set: each mail is a line of the log.' : 'SMTP_URL is set, so mail goes to that server.'}
    </EmptyState>
  ) : (
    <EmptyState title="No mail yet">
      Invite someone to an account, say: their mail appears here a moment later. Load the page again to see it.
    </EmptyState>
  )
}
