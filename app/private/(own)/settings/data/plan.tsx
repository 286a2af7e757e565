import Link from 'next/link'
import { sectionPath } from '@/lib/sections'
import type { AccountName, DeletionPlan } from '@/lib/users/deletion'

const NAMED = 10

/** What stands in the way of deleting one's user, and where to go about it. */
export function Held({ accounts }: { accounts: AccountName[] }) {
  return (
    <>
      <p className="max-w-[65ch] pb-4 text-ink-soft">
        You are the only owner of an account in which others are. Hand it over or delete it first; then you can delete your user here.
      </p>
      <ul className="border-y border-line">
        {accounts.map(({ id, name, slug }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-6 border-t border-line py-1 first:border-t-0">
            <span className="min-w-0 flex-1 basis-52 font-medium">{name}</span>
            <PlainLink href={sectionPath(slug, 'members')} label={`Hand over ${name}`}>
              Hand over
            </PlainLink>
            <PlainLink href={`${sectionPath(slug, 'settings')}#delete`} label={`Delete ${name}`}>
              Delete
            </PlainLink>
          </li>
        ))}
      </ul>
    </>
  )
}

function PlainLink({ href, label, children }: { href: string; label: string; children: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-label={label}
      className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-4"
    >
      {children}
    </Link>
  )
}

/** What will be gone with one's user, by name. */
export function WhatGoes({ plan: { alone, shared } }: { plan: DeletionPlan }) {
  return (
    <div className="max-w-[65ch] pb-6 text-ink-soft">
      <p>This happens at once, and cannot be undone:</p>
      <ul className="list-disc space-y-1 pt-2 pl-5">
        <li>Your profile, your sessions and your history are deleted, and you are signed out everywhere.</li>
        {alone.length ? <li>{listed(alone)}: deleted with everything in there, for nobody else is in there.</li> : null}
        {shared.length ? <li>{listed(shared)}: you no longer belong there. What you made there stays.</li> : null}
      </ul>
    </div>
  )
}

function listed(accounts: AccountName[]): string {
  const names = accounts.slice(0, NAMED).map(({ name }) => `“${name}”`)
  const more = accounts.length - names.length
  return new Intl.ListFormat('en').format(more ? [...names, `${more} more`] : names)
}
