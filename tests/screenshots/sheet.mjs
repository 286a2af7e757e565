/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./camera.mjs').Picture} Picture */

const COLUMNS = 3
const HEIGHT = 190

/**
 * Draws the tops of all screenshots of a page or an email side by side, under its name.
 * @param {Page} page @param {Picture[]} pictures @returns {Promise<Buffer>} a WebP
 */
export async function sheetOf(page, pictures) {
  const names = [...new Set(pictures.map(({ name }) => name))]
  const cells = names.map((name) => {
    const own = pictures.filter((picture) => picture.name === name)
    const images = own.map(({ image, device }) => `<img class="${device}" src="data:image/png;base64,${image.toString('base64')}">`)
    return `<figure><figcaption>${name}</figcaption>${images.join('')}</figure>`
  })
  await page.setViewportSize({ width: COLUMNS * 822 + 40, height: 800 })
  await page.setContent(`<style>
    body { background: gray; display: grid; font: 13px sans-serif; gap: 16px; grid-template-columns: repeat(${COLUMNS}, 806px); margin: 20px }
    figure { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 } figcaption { color: white; flex-basis: 100% }
    img { height: ${HEIGHT}px; object-fit: cover; object-position: top; width: ${Math.round((HEIGHT * 1280) / 800)}px }
    .forced, .wide { width: auto } .tablet { width: ${Math.round((HEIGHT * 768) / 1024)}px } .zoomed { width: ${Math.round((HEIGHT * 640) / 400)}px }
    .phone { width: ${Math.round((HEIGHT * 390) / 844)}px }
  </style>${cells.join('')}`)
  return toWebp(page, await page.screenshot({ fullPage: true }), 0.7)
}

/** Encodes a PNG as WebP, which the browser can and Playwright cannot. @param {Page} page @param {Buffer} png @param {number} quality */
export async function toWebp(page, png, quality) {
  await page.goto('about:blank')
  const url = await page.evaluate(
    async ({ source, quality: wanted }) => {
      const image = new Image()
      image.src = `data:image/png;base64,${source}`
      await image.decode()
      const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight })
      canvas.getContext('2d')?.drawImage(image, 0, 0)
      return canvas.toDataURL('image/webp', wanted)
    },
    { source: png.toString('base64'), quality },
  )
  return Buffer.from(url.split(',')[1] ?? '', 'base64')
}
