import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ImageResponse } from 'next/og'
import { BRAND, COLORS, MARK } from '@/lib/brand'

export const alt = `${BRAND.name}: ${BRAND.description}`
export const size = { width: 1200, height: 630 }
export const contentType = 'image/png'

const COLUMN = { display: 'flex', flexDirection: 'column' } as const

/** The image that chats and social networks show next to a link to the product. */
export default async function OpenGraphImage(): Promise<ImageResponse> {
  const arches = await readFile(path.join(process.cwd(), 'app', 'arches.svg'), 'utf8') // at build time
  const colored = arches.replace('black', COLORS.accent.light)
  return new ImageResponse(
    <div style={{ background: COLORS.surface.light, color: COLORS.ink.light, display: 'flex', height: '100%', width: '100%' }}>
      <div style={{ ...COLUMN, flexGrow: 1, justifyContent: 'space-between', padding: 72, width: 780 }}>
        <div style={{ alignItems: 'center', display: 'flex', fontSize: 40 }}>
          <svg
            aria-hidden="true"
            width="48"
            height="48"
            viewBox={MARK.viewBox}
            fill="none"
            stroke={COLORS.accent.light}
            strokeWidth="2"
            strokeLinecap="round"
            style={{ marginRight: 20 }}
          >
            {MARK.paths.map((path) => (
              <path key={path} d={path} />
            ))}
          </svg>
          {BRAND.name}
        </div>
        <div style={{ fontSize: 64, letterSpacing: -1.5, lineHeight: 1.12 }}>{BRAND.description}</div>
      </div>
      <div
        style={{
          alignItems: 'flex-end',
          background: COLORS['surface-sunken'].light,
          borderLeft: `2px solid ${COLORS.line.light}`,
          color: COLORS.accent.light,
          display: 'flex',
          justifyContent: 'center',
          width: 420,
        }}
      >
        {/* biome-ignore lint/performance/noImgElement: the image renderer supports no other element */}
        <img alt="" width={420} height={540} src={`data:image/svg+xml;base64,${Buffer.from(colored).toString('base64')}`} />
      </div>
    </div>,
    size,
  )
}
