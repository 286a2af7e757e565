// The payload of a React Server Components response: one row a line, `id:content`, where rows refer to each other by id. React
// numbers and sends the rows in the order in which they are ready, so equal pages can differ in both.

const REFERENCE = /"\$([A-Za-z@]?)([0-9a-f]+)((?::[^"]*)?)"/g

/**
 * Makes payloads comparable: each row with the rows that it refers to in its place.
 * @param text of the response
 * @returns the content of the first row, then the rows that none refers to, sorted
 */
export function payloadOf(text: string): string[] {
  const rows = rowsOf(text)
  const used = new Set<string>()
  const expand = (id: string, path: string[]): string => {
    used.add(id)
    if (path.includes(id)) return '"cycle"'
    const content = rows.get(id) ?? '"no such row"'
    return content.replace(REFERENCE, (_, kind, other, rest) => `{"${kind}${rest}":${expand(other, [...path, id])}}`)
  }
  const first = expand('0', [])
  const others = [...rows.keys()].filter((id) => !used.has(id)).map((id) => expand(id, []))
  return [first, ...others.sort()]
}

/** Rows without an id, such as hints to preload, get one each. */
function rowsOf(text: string): Map<string, string> {
  const rows = new Map<string, string>()
  for (let rest = Buffer.from(text); rest.length; ) {
    const { id = '', bytes } =
      rest
        .subarray(0, 40)
        .toString('latin1')
        .match(/^(?<id>[0-9a-f]*):(?:T(?<bytes>[0-9a-f]+),)?/)?.groups ?? {}
    // A row of text says its length; every other row ends with the line.
    const start = bytes ? rest.indexOf(',') + 1 : rest.indexOf(':') + 1
    const newline = rest.indexOf('\n', start)
    const end = bytes ? start + Number.parseInt(bytes, 16) : newline < 0 ? rest.length : newline
    rows.set(id || `hint ${rows.size}`, rest.subarray(start, end).toString())
    rest = rest.subarray(bytes ? end : end + 1)
  }
  return rows
}

const SCRIPT = /<script\b[^>]*>(?:(?!<\/script>).)*<\/script>/gs
const MOVES = /\$R[A-Z]\b|document\.head\.appendChild/ // Next's own moves icons
const MARKER = /^<(\/div|\/head|body|!--|div hidden|template id="B:|\/template)/

/**
 * Makes pages comparable. React sends what is not ready at first at the end of the page, with markers and scripts that move it to
 * its place, so equal pages can differ in the order of their tags.
 * @returns the tags and texts of a page, sorted, without markers
 */
export function piecesOf(html: string): string[] {
  const pieces = html.replace(SCRIPT, (script) => (MOVES.test(script) ? '' : script)).match(/<[^>]*>|[^<]+/g) ?? []
  return pieces.filter((piece) => !MARKER.test(piece)).sort()
}
