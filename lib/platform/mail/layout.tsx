import 'server-only'
import { Body, Button, Container, Head, Heading, Html, Link, Preview, Text } from '@react-email/components'
import type { CSSProperties } from 'react'
import { BRAND, COLORS, MAIL_MARK } from '@/lib/brand'
import type { Template } from './template'

const FONT = '"Hanken Grotesk", "Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", Arial, sans-serif'

// Most mail clients read only style attributes. Those that support dark mode also read this style sheet.
const SCHEMES = `@media (prefers-color-scheme: dark) {
  body, body td { background: ${COLORS.surface.dark} !important }
  .ink { color: ${COLORS.ink.dark} !important }
  .soft { color: ${COLORS['ink-soft'].dark} !important }
  .line { border-color: ${COLORS.line.dark} !important }
  .arch { border-color: ${COLORS.accent.dark} !important }
  .main { background: ${COLORS.accent.dark} !important; color: ${COLORS['on-accent'].dark} !important }
}`

/** Renders the layout of every email: one column, one button, and no remote content. */
export function Layout({ email: { preview, heading, paragraphs, button, footnote } }: { email: Omit<Template, 'subject'> }) {
  return (
    <Html lang="en">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="viewport" content="width=device-width" />
        <style>{SCHEMES}</style>
      </Head>
      <Preview>{preview}</Preview>
      <Body style={{ background: COLORS.surface.light, fontFamily: FONT, margin: 0, padding: '40px 16px' }}>
        <Container style={{ maxWidth: 480 }}>
          <Text className="ink" style={{ ...text(COLORS.ink.light, 17), fontWeight: 600, letterSpacing: '-0.01em', margin: '0 0 40px' }}>
            <span className="arch" style={ARCH} />
            {BRAND.name}
          </Text>
          <Heading
            as="h1"
            className="ink"
            style={{ ...text(COLORS.ink.light, 28), fontWeight: 600, letterSpacing: '-0.018em', lineHeight: 1.15, margin: '0 0 16px' }}
          >
            {heading}
          </Heading>
          {paragraphs.map((paragraph) => (
            <Text key={paragraph} className="ink" style={{ ...text(COLORS.ink.light, 17), margin: '0 0 12px' }}>
              {paragraph}
            </Text>
          ))}
          <Button href={button.url} className="main" style={MAIN}>
            {button.label}
          </Button>
          <Text className="soft" style={{ ...text(COLORS['ink-soft'].light, 13), margin: '0 0 40px' }}>
            Or copy this link into your browser:
            <br />
            <Link href={button.url} className="soft" style={{ color: COLORS['ink-soft'].light, wordBreak: 'break-all' }}>
              {button.url}
            </Link>
          </Text>
          <Text
            className="soft line"
            style={{ ...text(COLORS['ink-soft'].light, 13), borderTop: `1px solid ${COLORS.line.light}`, margin: 0, paddingTop: 16 }}
          >
            {footnote}
          </Text>
        </Container>
      </Body>
    </Html>
  )
}

function text(color: string, fontSize: number): CSSProperties {
  return { color, fontSize, lineHeight: 1.5, wordBreak: 'break-word' } // a long word must not widen the column
}

const ARCH: CSSProperties = {
  border: `2px solid ${COLORS.accent.light}`,
  ...MAIL_MARK,
  display: 'inline-block',
  marginRight: 8,
  verticalAlign: '-2px',
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
