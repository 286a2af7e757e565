import 'server-only'
import { isIP } from 'node:net'
import { render } from '@react-email/components'
import { BRAND } from '@/lib/brand'
import { withoutHiddenCharacters } from '@/lib/text'
import { type Email, Layout, sentTo } from './layout'
import { TEMPLATES } from './templates'
import type { Template } from './templates/template'

export type RenderedEmail = { subject: string; text: string; html: string }

/**
 * Renders a queued email. Names in it stay plain text: they cannot end a header line, hide characters, reverse the
 * writing direction, add markup, or turn into a link in a mail client that links bare hosts (ASVS 1.2.1, 1.3.11).
 * @param to the recipient, who is named at the end of the email
 * @throws if this release has no such template; a newer release may have queued it and will render it
 */
export async function renderEmail(template: string, props: Record<string, unknown>, to: string): Promise<RenderedEmail> {
  if (!Object.hasOwn(TEMPLATES, template)) throw new Error(`There is no email template "${template}"`)
  const build = TEMPLATES[template as keyof typeof TEMPLATES] as (props: Record<string, unknown>) => Template
  const safeProps = Object.entries(props).map(([name, value]) => [name, typeof value === 'string' ? withoutHiddenCharacters(value) : value])
  const email = build(Object.fromEntries(safeProps))
  const inert: Email = {
    ...email,
    to,
    preview: breakLinks(email.preview),
    heading: breakLinks(email.heading ?? email.subject),
    paragraphs: email.paragraphs.map(breakLinks),
    parties: email.parties?.map(({ kind, name, line }) => ({ kind, name: breakLinks(name), line: breakLinks(line) })),
    details: email.details?.map(([label, value]) => [label, breakLinks(value)]),
    because: breakLinks(email.because),
  }
  return { subject: email.subject, text: renderText(inert), html: await render(<Layout email={inert} />) }
}

function renderText({ heading, paragraphs, details = [], button, footnote, ...email }: Email): string {
  const table = details.map(([label, value]) => `${label}: ${value}`).join('\n')
  const parts = [heading, ...paragraphs, table, `${button.label}:\n${button.url}`, footnote, sentTo(email), `-- \n${BRAND.name}`]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

const EMAIL_ADDRESS = /^[^\s@]+@[^\s@]+$/
const WORD_JOINER = '\u2060' // invisible; ends anything a mail client could take for a host name

/** Keeps an account named "free-money.example/now" from becoming a link. Email and IP addresses stay as they are. */
function breakLinks(text: string): string {
  const words = text
    .split(' ')
    .map((word) => (EMAIL_ADDRESS.test(word) || isIP(word) ? word : word.replace(/(?<=\S)[.:](?=\S)/gu, `$&${WORD_JOINER}`)))
  return words.join(' ')
}
