import { COLORS, MARK } from '@/lib/brand'

export const contentType = 'image/svg+xml'

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${MARK.viewBox}" fill="none" stroke-width="2" stroke-linecap="round">
<style>path{stroke:${COLORS.accent.light}}@media(prefers-color-scheme:dark){path{stroke:${COLORS.accent.dark}}}</style>
${MARK.paths.map((path) => `<path d="${path}"/>`).join('')}
</svg>
`

/** The icon of the browser tab. */
export default function Icon(): Response {
  return new Response(SVG, { headers: { 'content-type': contentType } })
}
