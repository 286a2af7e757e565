import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { Brand } from '@/components/brand'
import { Anchor } from '@/components/ui/anchor'
import { Link } from '@/components/ui/link'
import { PageHeader } from '@/components/ui/page-header'
import { Moment } from '@/components/ui/time'
import { env } from '@/lib/platform/env'
import { readMailbox } from '@/lib/platform/mail/mailbox'

export const metadata: Metadata = { title: 'Email' }

const LINKS = /https?:\/\/\S+/g

/** One email in the development mailbox, as HTML and as text. Answers 404 in production. */
export default async function MailPage({ params }: { params: Promise<{ id: string }> }) {
  if (env().NODE_ENV === 'production') notFound()
  const mail = (await readMailbox((await params).id)) ?? notFound()
  return (
    <div className="mx-auto max-w-[1040px] px-4 pb-16 sm:px-6">
      <header className="py-3">
        <Brand />
      </header>
      <main className="pt-6">
        <Link
          href="/dev/mailbox"
          prefetch={false}
          className="-ml-1 mb-2 inline-flex min-h-11 items-center gap-2 px-1 text-ink-soft hover:text-ink"
        >
          <ArrowLeft className="size-4" aria-hidden="true" />
          Mailbox
        </Link>
        <PageHeader
          title={mail.subject}
          line={
            <>
              To {mail.to}, <Moment at={new Date(mail.at)} />
            </>
          }
        />
        <Part title="Links">
          <ul>
            {(mail.text.match(LINKS) ?? []).map((link) => (
              <li key={link}>
                <Anchor href={link as `http:${string}`} className="inline-flex min-h-11 items-center text-accent underline">
                  {link}
                </Anchor>
              </li>
            ))}
          </ul>
        </Part>
        <Part title="Preview">
          {/* sandboxed, so that an email cannot run scripts or act as a page of ours */}
          <iframe
            title={mail.subject}
            srcDoc={mail.html}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            className="h-[36rem] w-full rounded-panel border border-line"
          />
        </Part>
        <Part title="Plain text">
          <pre className="overflow-x-auto whitespace-pre-wrap rounded-panel bg-surface-sunken p-4 font-sans">{mail.text}</pre>
        </Part>
      </main>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t border-line py-6">
      <h2 className="mb-3 text-heading">{title}</h2>
      {children}
    </section>
  )
}
