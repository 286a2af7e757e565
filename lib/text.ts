// Rules on text that every form shares. Safe for the browser.

// Control characters, zero-width ones, and those that turn the direction of writing: they make two names look alike,
// or a line of a log look like two.
const HIDDEN =
  /[\p{Cc}\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]|\u034F/u

/** Whether a text holds characters that cannot be seen, or half of a surrogate pair. */
export function hasHiddenCharacters(text: string): boolean {
  return HIDDEN.test(text) || !text.isWellFormed()
}

/** The text without them, and in one line. */
export function withoutHiddenCharacters(text: string): string {
  return text.toWellFormed().replace(/\s+/gu, ' ').replace(new RegExp(HIDDEN, 'gu'), '').trim()
}

/** How many characters a person would count, near enough: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length
}

// What a name may hold and nobody sees: the selector that makes a heart red, say.
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu

/** Folds away case, width and spacing, so that two ways to write one thing are equal. */
export function foldText(text: string): string {
  // Up then down: lower-casing alone leaves ß and ſ apart from SS and S.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return folded.replace(IGNORABLE, '').replace(/\s+/gu, ' ').trim()
}
