import { ImageResponse } from 'next/og'
import { COLORS, MARK } from '@/lib/brand'

export const size = { width: 180, height: 180 }
export const contentType = 'image/png'

/** The icon that iOS shows for a bookmark on the home screen. */
export default function AppleIcon(): ImageResponse {
  return new ImageResponse(
    <div
      style={{
        alignItems: 'center',
        background: COLORS.accent.light,
        display: 'flex',
        height: '100%',
        justifyContent: 'center',
        width: '100%',
      }}
    >
      <svg
        aria-hidden="true"
        width="112"
        height="112"
        viewBox={MARK.viewBox}
        fill="none"
        stroke={COLORS['on-accent'].light}
        strokeWidth="1.75"
        strokeLinecap="round"
      >
        {MARK.paths.map((path) => (
          <path key={path} d={path} />
        ))}
      </svg>
    </div>,
    size,
  )
}
