import 'server-only'
import { foldText } from '@/lib/text'
import { skeletonOf } from './skeleton.mjs'

/**
 * Returns what must be unique among accounts, so that no name can be mistaken for another: the name regardless of case, width,
 * and spacing; its skeleton as it is displayed, where `I` looks like `l`; and its skeleton in lower case, where `0` looks like `o`.
 */
export function accountNameKeys(name: string): { nameKey: string; displayedSkeleton: string; foldedSkeleton: string } {
  const nameKey = foldText(name)
  return { nameKey, displayedSkeleton: skeletonOf(name), foldedSkeleton: skeletonOf(nameKey) }
}

/** Returns whether a unique constraint is one of those on {@link accountNameKeys}. */
export function isNameConstraint(constraint: string | undefined): boolean {
  return constraint !== undefined && NAME_CONSTRAINTS.has(constraint)
}

const NAME_CONSTRAINTS = new Set(['accounts_name_key_key', 'accounts_displayed_skeleton_key', 'accounts_folded_skeleton_key'])
