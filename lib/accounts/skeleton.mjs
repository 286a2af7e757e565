// Plain JavaScript, because `npm run db:migrate` computes the same.
import unhomoglyph from 'unhomoglyph'

/**
 * Returns the skeleton of a name: names that look alike have the same one (UTS 39, section 4). Differences of case in the
 * result are removed.
 * @param {string} name
 * @returns {string}
 */
export function skeletonOf(name) {
  const visible = name
    .normalize('NFD')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/gu, ' ')
  return unhomoglyph(visible.trim()).normalize('NFD').toLowerCase()
}
