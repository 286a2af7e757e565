// Rules for text in all forms. Safe for the browser.

// Control characters, zero-width characters, and direction overrides. They can make two different names look the same, or
// one log line look like two.
const HIDDEN =
  /[\p{Cc}\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]|\u034F/u

/** Returns whether a text contains invisible characters or a lone surrogate. */
export function hasHiddenCharacters(text: string): boolean {
  return HIDDEN.test(text) || !text.isWellFormed()
}

/** Returns the text on one line, without invisible characters. */
export function withoutHiddenCharacters(text: string): string {
  return text.toWellFormed().replace(/\s+/gu, ' ').replace(new RegExp(HIDDEN, 'gu'), '').trim()
}

/** Returns the number of code points, which is close to the number of characters that a person would count. */
export function lengthOf(text: string): number {
  return [...text].length
}

// Characters that are allowed in a name but not visible, such as the selector that makes a heart red.
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu

/** Removes differences of case, width, and spacing, so that equivalent spellings compare as equal. */
export function foldText(text: string): string {
  // Upper case first: lower-casing alone would not make ß and ſ equal to SS and S.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return folded.replace(IGNORABLE, '').replace(/\s+/gu, ' ').trim()
}
