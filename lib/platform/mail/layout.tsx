import 'server-only'
import { Body, Button, Container, Head, Heading, Html, Link, Preview, Text } from '@react-email/components'
import type { CSSProperties } from 'react'
import { BRAND, COLORS, MAIL_MARK } from '@/lib/brand'
import { Details, Parties, text } from './parts'
import type { Template } from './templates/template'

const FONT = '"Hanken Grotesk", "Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", Arial, sans-serif'

// Most mail clients read only style attributes. Those that support dark mode also read this style sheet.
const SCHEMES = `@media (prefers-color-scheme: dark) {
  body, body > table > tbody > tr > td { background: ${COLORS.surface.dark} !important }
  .ink { color: ${COLORS.ink.dark} !important }
  .soft { color: ${COLORS['ink-soft'].dark} !important }
  .line { border-color: ${COLORS.line.dark} !important }
  .arch { border-color: ${COLORS.accent.dark} !important }
  .main { background: ${COLORS.accent.dark} !important; color: ${COLORS['on-accent'].dark} !important }
  .avatar { background: ${COLORS['accent-soft'].dark} !important; color: ${COLORS.accent.dark} !important }
}`

/** What {@link Layout} shows: a template whose names are inert, and the recipient. */
export type Email = Template & { heading: string; to: string }

/** Renders the layout of every email: one column, one button, and no remote content. */
export function Layout({ email }: { email: Email }) {
  const { preview, heading, paragraphs, parties, details, button, footnote, because, to } = email
  return (
    <Html lang="en">
      <Head>
        <title>{heading}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="viewport" content="width=device-width" />
        <style>{SCHEMES}</style>
      </Head>
      <Preview>{preview}</Preview>
      <Body style={{ background: COLORS.surface.light, fontFamily: FONT, margin: 0, padding: '32px 16px' }}>
        <main>
          <Container style={{ maxWidth: 480 }}>
            <Text className="ink" style={{ ...text(COLORS.ink.light, 15), fontWeight: 600, margin: '0 0 32px' }}>
              <span className="arch" style={{ ...ARCH, ...MAIL_MARK.outer, marginRight: 8 }}>
                <span className="arch" style={{ ...ARCH, ...MAIL_MARK.inner }} />
              </span>
              {BRAND.name}
            </Text>
            <Heading as="h1" className="ink" style={HEADING}>
              {heading}
            </Heading>
            {paragraphs.map((paragraph) => (
              <Text key={paragraph} className="ink" style={{ ...text(COLORS.ink.light, 15), margin: '0 0 12px' }}>
                {paragraph}
              </Text>
            ))}
            {parties ? <Parties parties={parties} /> : null}
            {details ? <Details details={details} /> : null}
            <Button href={button.url} className="main" style={MAIN}>
              {button.label}
            </Button>
            <Text className="soft" style={{ ...text(COLORS['ink-soft'].light, 13), margin: '0 0 32px' }}>
              Or copy this link into your browser:
              <br />
              <Link href={button.url} className="soft" style={{ color: COLORS['ink-soft'].light, wordBreak: 'break-all' }}>
                {button.url}
              </Link>
            </Text>
            <Text className="soft line" style={FOOT}>
              {footnote}
            </Text>
            <Text className="soft" style={{ ...text(COLORS['ink-soft'].light, 13), margin: '8px 0 0' }}>
              {sentTo({ to, because })}
            </Text>
          </Container>
        </main>
      </Body>
    </Html>
  )
}

/** Returns the last sentence of an email: who got it, and why. */
export function sentTo({ to, because }: Pick<Email, 'to' | 'because'>): string {
  return `Sent to ${to} because ${because}`
}

const HEADING: CSSProperties = {
  ...text(COLORS.ink.light, 23),
  fontWeight: 600,
  letterSpacing: '-0.018em',
  lineHeight: 1.25,
  margin: '0 0 12px',
}

const ARCH: CSSProperties = {
  border: `2px solid ${COLORS.accent.light}`,
  borderBottom: 'none',
  display: 'inline-block',
  lineHeight: 0,
  textAlign: 'center',
  verticalAlign: 'middle',
}

const MAIN: CSSProperties = {
  background: COLORS.accent.light,
  borderRadius: 6,
  color: COLORS['on-accent'].light,
  fontSize: 15,
  fontWeight: 600,
  lineHeight: '20px',
  margin: '12px 0 24px',
  padding: '12px 20px',
}

const FOOT: CSSProperties = {
  ...text(COLORS['ink-soft'].light, 13),
  borderTop: `1px solid ${COLORS.line.light}`,
  margin: 0,
  paddingTop: 16,
}
