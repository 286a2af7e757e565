import 'server-only'
import type { CSSProperties } from 'react'
import { COLORS } from '@/lib/brand'
import { initialsOf } from '@/lib/text'
import type { Template } from './templates/template'

// The tables of an email. Mail clients lay out little else reliably.

/** The account and the people that an email is about, each with initials, as in the app. */
export function Parties({ parties }: { parties: NonNullable<Template['parties']> }) {
  return (
    <table role="presentation" cellPadding={0} cellSpacing={0} style={{ margin: '20px 0 8px' }}>
      <tbody>
        {parties.map(({ kind, name, line }) => (
          <tr key={kind}>
            <td>
              <div className="avatar" aria-hidden="true" style={{ ...AVATAR, borderRadius: kind === 'person' ? 20 : 8 }}>
                {initialsOf(name)}
              </div>
            </td>
            <td style={{ padding: '6px 0 6px 12px' }}>
              <div className="ink" style={{ ...text(COLORS.ink.light, 15), fontWeight: 600 }}>
                {name}
              </div>
              <div className="soft" style={text(COLORS['ink-soft'].light, 13)}>
                {line}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A bordered table of labels and values. */
export function Details({ details }: { details: NonNullable<Template['details']> }) {
  return (
    <table cellPadding={0} cellSpacing={0} className="line" style={TABLE}>
      <tbody>
        {details.map(([label, value], index) => (
          <tr key={label}>
            <th scope="row" className="soft line" style={{ ...cell(index), ...text(COLORS['ink-soft'].light, 13), width: 96 }}>
              {label}
            </th>
            <td className="ink line" style={{ ...cell(index), ...text(COLORS.ink.light, 15) }}>
              {value}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Returns the style of a text. */
export function text(color: string, fontSize: number): CSSProperties {
  return { color, fontSize, lineHeight: 1.5, wordBreak: 'break-word' } // a long word must not widen the column
}

function cell(index: number): CSSProperties {
  return {
    borderTop: index ? `1px solid ${COLORS.line.light}` : 'none',
    fontWeight: 400,
    padding: '8px 14px',
    textAlign: 'left',
    verticalAlign: 'top',
  }
}

const TABLE: CSSProperties = {
  border: `1px solid ${COLORS.line.light}`,
  borderCollapse: 'separate', // collapsed borders cannot be round
  borderRadius: 8,
  margin: '16px 0 8px',
  width: '100%',
}

const AVATAR: CSSProperties = {
  background: COLORS['accent-soft'].light,
  color: COLORS.accent.light,
  fontSize: 14,
  fontWeight: 600,
  height: 40,
  lineHeight: '40px',
  textAlign: 'center',
  width: 40,
}
