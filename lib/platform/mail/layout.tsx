import 'server-only'
import { Body, Button, Container, Head, Heading, Html, Link, Preview, Text } from '@react-email/components'
import type { CSSProperties } from 'react'
import type { Template } from './template'

// The colors of app/tokens.css, in hex for mail clients.
const LIGHT = { surface: '#faf7f1', ink: '#271f17', soft: '#5f564e', line: '#e0dbd3', accent: '#13614a', onAccent: '#fefcf7' }
const DARK = { surface: '#141c27', ink: '#ede9e1', soft: '#aab4be', line: '#313a46', accent: '#73d0b1', onAccent: '#051a21' }

const FONT = '"Hanken Grotesk", "Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", Arial, sans-serif'

// Most mail clients read only style attributes. Those that support dark mode also read this style sheet.
const SCHEMES = `@media (prefers-color-scheme: dark) {
  body, body td { background: ${DARK.surface} !important }
  .ink { color: ${DARK.ink} !important }
  .soft { color: ${DARK.soft} !important }
  .line { border-color: ${DARK.line} !important }
  .arch { border-color: ${DARK.accent} !important }
  .main { background: ${DARK.accent} !important; color: ${DARK.onAccent} !important }
}`

/** The layout of every email: one column, one button, and no remote content. */
export function Layout({ email: { preview, heading, paragraphs, button, footnote } }: { email: Omit<Template, 'subject'> }) {
  return (
    <Html lang="en">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="viewport" content="width=device-width" />
        <style>{SCHEMES}</style>
      </Head>
      <Preview>{preview}</Preview>
      <Body style={{ background: LIGHT.surface, fontFamily: FONT, margin: 0, padding: '40px 16px' }}>
        <Container style={{ maxWidth: 480 }}>
          <Text className="ink" style={{ ...text(LIGHT.ink, 17), fontWeight: 600, letterSpacing: '-0.01em', margin: '0 0 40px' }}>
            <span className="arch" style={ARCH} />
            Atrium
          </Text>
          <Heading
            as="h1"
            className="ink"
            style={{ ...text(LIGHT.ink, 28), fontWeight: 600, letterSpacing: '-0.018em', lineHeight: 1.15, margin: '0 0 16px' }}
          >
            {heading}
          </Heading>
          {paragraphs.map((paragraph) => (
            <Text key={paragraph} className="ink" style={{ ...text(LIGHT.ink, 17), margin: '0 0 12px' }}>
              {paragraph}
            </Text>
          ))}
          <Button href={button.url} className="main" style={MAIN}>
            {button.label}
          </Button>
          <Text className="soft" style={{ ...text(LIGHT.soft, 13), margin: '0 0 40px' }}>
            Or copy this link into your browser:
            <br />
            <Link href={button.url} className="soft" style={{ color: LIGHT.soft, wordBreak: 'break-all' }}>
              {button.url}
            </Link>
          </Text>
          <Text className="soft line" style={{ ...text(LIGHT.soft, 13), borderTop: `1px solid ${LIGHT.line}`, margin: 0, paddingTop: 16 }}>
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
  border: `2px solid ${LIGHT.accent}`,
  borderBottom: 'none',
  borderRadius: '7px 7px 0 0',
  display: 'inline-block',
  height: 14,
  marginRight: 8,
  verticalAlign: '-2px',
  width: 10,
}

const MAIN: CSSProperties = {
  background: LIGHT.accent,
  borderRadius: 6,
  color: LIGHT.onAccent,
  fontSize: 15,
  fontWeight: 600,
  lineHeight: '20px',
  margin: '12px 0 24px',
  padding: '12px 20px',
}
