import { RESOURCES } from '@/lib/resources'

/** Returns whether a path is one of the resource projects, which the guides show as an example, in a product that removed it. */
export function isRemovedExample(file: string): boolean {
  return !('projects' in RESOURCES) && file.includes('projects')
}
