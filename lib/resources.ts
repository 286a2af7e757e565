import { projects } from './projects/resource'
import type { Entries, Resource } from './resource'

/** The product's resources, in the order of the navigation. The policy, the audit trail, the export and the tests derive from it. */
export const RESOURCES = { projects } as const satisfies Record<string, Resource>

type Resources = typeof RESOURCES

/** The names that the resources declare in one part of their declarations. */
export type NameIn<Part extends keyof Entries> = { [Name in keyof Resources]: keyof Resources[Name][Part] & string }[keyof Resources]

type AllOf<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never

/** The messages of all resources, each with its parameters. */
export type ResourceMessages = AllOf<Resources[keyof Resources]['messages']>

/**
 * Adds one part of every declaration to what the core has of it.
 * @throws when a name is declared twice, because one of the two would silently decide for both
 */
export function withDeclared<Part extends keyof Entries, Core extends string>(
  part: Part,
  core: Record<Core, Entries[Part]>,
): Record<Core | NameIn<Part>, Entries[Part]> {
  const records: object[] = [...Object.values<Resource>(RESOURCES).map((resource) => resource[part]), core]
  const names = records.flatMap((record) => Object.keys(record))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new Error(`"${twice}" is declared twice among the ${part} of lib/resources.ts and the core`)
  return Object.assign({}, ...records)
}

/** @returns the folder of a resource below lib, such as `purchase-orders` for `purchaseOrders` */
export function folderOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
