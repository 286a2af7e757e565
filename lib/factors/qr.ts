import 'server-only'
import { create } from 'qrcode'

/** A QR code as one path of an SVG image. */
export type QrPath = { path: string; size: number }

/** Returns the QR code of a text. It is a path and not markup, so that a page can render it without inserting HTML. */
export function qrPathOf(text: string): QrPath {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const cells = Array.from(modules.data, (isDark, index) =>
    isDark ? `M${index % modules.size} ${Math.floor(index / modules.size)}h1v1h-1z` : '',
  )
  return { path: cells.join(''), size: modules.size }
}
