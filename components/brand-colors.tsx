import { COLORS } from '@/lib/brand'

const CSS = `:root{${Object.entries(COLORS)
  .map(([name, { light, dark }]) => `--${name}:light-dark(${light},${dark})`)
  .join(';')}}`

/** Defines the brand's colors as CSS variables. A root layout renders it in `<head>`. */
export function BrandColors() {
  return <style>{CSS}</style>
}
