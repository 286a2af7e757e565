import { ImageResponse } from 'next/og'
import { BRAND, COLORS, MARK } from '@/lib/brand'

export const alt = BRAND.name
export const size = { width: 1200, height: 630 }
export const contentType = 'image/png'

/** The picture that a chat or a social network shows beside a link to the product. */
export default function OpenGraphImage(): ImageResponse {
  return new ImageResponse(
    <div
      style={{
        alignItems: 'center',
        background: COLORS.surface.light,
        color: COLORS.ink.light,
        display: 'flex',
        height: '100%',
        justifyContent: 'center',
        width: '100%',
      }}
    >
      <svg
        aria-hidden="true"
        width="180"
        height="180"
        viewBox={MARK.viewBox}
        fill="none"
        stroke={COLORS.accent.light}
        strokeWidth="2"
        strokeLinecap="round"
      >
        {MARK.paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
      <div style={{ display: 'flex', flexDirection: 'column', marginLeft: 64 }}>
        <div style={{ fontSize: 104, letterSpacing: -3 }}>{BRAND.name}</div>
        <div style={{ color: COLORS['ink-soft'].light, fontSize: 34, marginTop: 12, maxWidth: 720 }}>{BRAND.description}</div>
      </div>
    </div>,
    size,
  )
}
