// Rules for text in all forms. Safe for the browser.

// Invisible characters, by Unicode property: control and format characters, such as zero-width spaces and direction overrides;
// characters that fonts ignore, such as Hangul fillers; and every space except the plain one. The Braille blank and the null
// notehead are listed, because no property says that they look blank. Selectors that belong to an emoji are allowed.
const EMOJI_SELECTOR = /(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]|\uFE0F(?=\u20E3)/gu
const HIDDEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]|(?! )\p{White_Space}/u

/** Returns whether a text contains invisible characters or a lone surrogate. */
export function hasHiddenCharacters(text: string): boolean {
  return HIDDEN.test(text.replace(EMOJI_SELECTOR, '')) || !text.isWellFormed()
}

/** Returns the text on one line, without invisible characters. Emoji keep their selectors. */
export function withoutHiddenCharacters(text: string): string {
  const hidden = new RegExp(`${EMOJI_SELECTOR.source}|(${HIDDEN.source})`, 'gu')
  const visible = text
    .toWellFormed()
    .replace(/\s+/gu, ' ')
    .replace(hidden, (match, isHidden) => (isHidden ? '' : match))
  return visible.trim()
}

/** Returns whether a text has a letter, a digit, or an emoji, without which it cannot be a name. */
export function hasVisibleWord(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(text.replace(IGNORABLE, ''))
}

/** Returns the number of code points, which is close to the number of characters that a person would count. */
export function lengthOf(text: string): number {
  return [...text].length
}

/** Returns the first letters of the first and the last word, or one letter for a single word or an email address. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const last = words.length > 1 ? words.at(-1) : undefined
  return [words[0], last]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase('en')
}

// Characters that are allowed in a name but not visible, such as the selector that makes a heart red.
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu

/** Removes differences of case, width, and spacing, so that equivalent spellings compare as equal. */
export function foldText(text: string): string {
  // Upper case first: lower-casing alone would not make ß and ſ equal to SS and S.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return folded.replace(IGNORABLE, '').replace(/\s+/gu, ' ').trim()
}
