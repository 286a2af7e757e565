import 'server-only'
import { render } from '@react-email/components'
import { withoutHiddenCharacters } from '@/lib/text'
import { Layout } from './layout'
import { TEMPLATES, type Template } from './templates'

export type RenderedEmail = { subject: string; text: string; html: string }

/**
 * Draws a letter from what was queued for it. Whatever people have typed stays text: it cannot end a line, hide, turn
 * the direction of writing, be markup, or become a link in a mail program that makes links of all that looks like one
 * (ASVS 1.2.1, 1.3.11).
 * @throws when this release has no such letter; a newer one may have queued it, and will draw it
 */
export async function renderEmail(template: string, props: Record<string, unknown>): Promise<RenderedEmail> {
  if (!Object.hasOwn(TEMPLATES, template)) throw new Error(`There is no letter "${template}"`)
  const write = TEMPLATES[template as keyof typeof TEMPLATES] as (props: Record<string, unknown>) => Template
  const plain = Object.entries(props).map(([name, value]) => [name, typeof value === 'string' ? withoutHiddenCharacters(value) : value])
  const { subject, ...letter } = write(Object.fromEntries(plain))
  const inert = {
    ...letter,
    subject,
    preview: unlinked(letter.preview),
    heading: unlinked(letter.heading),
    paragraphs: letter.paragraphs.map(unlinked),
  }
  return { subject, text: textOf(inert), html: await render(<Layout letter={inert} />) }
}

function textOf({ heading, paragraphs, button, footnote }: Template): string {
  return `${[heading, ...paragraphs, `${button.label}:\n${button.url}`, footnote, '-- \nAtrium'].join('\n\n')}\n`
}

const ADDRESS = /^[^\s@]+@[^\s@]+$/
const WORD_JOINER = '\u2060' // cannot be seen, and ends what could be the name of a host

/** An account may be called anything, also "free-money.example/now". An email address may stay one. */
function unlinked(text: string): string {
  const words = text.split(' ').map((word) => (ADDRESS.test(word) ? word : word.replace(/(?<=\S)[.:](?=\S)/gu, `$&${WORD_JOINER}`)))
  return words.join(' ')
}
