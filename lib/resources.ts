import { projects } from './projects/resource'
import type { Entries, Resource } from './resource'

/** The product's resources, in navigation order. The policy, the audit trail, the export, and the tests derive from it. */
export const RESOURCES = { projects } as const satisfies Record<string, Resource>

type Resources = typeof RESOURCES

/** The names that all resources declare in one part of their declarations. */
export type NameIn<Part extends keyof Entries> = { [Name in keyof Resources]: keyof Resources[Name][Part] & string }[keyof Resources]

/** A resource whose permissions are those that the resources declare. */
export type DeclaredResource = Resource<NameIn<'permissions'>>

type AllOf<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never

/** The messages of all resources, with their parameters. */
export type ResourceMessages = AllOf<Resources[keyof Resources]['messages']>

/**
 * Merges one part of every declaration with the core's entries for it.
 * @throws Error if a name is declared twice, because one entry would silently replace the other
 */
export function withDeclared<Part extends keyof Entries, Core extends Record<string, Entries[Part]>>(
  part: Part,
  core: Core,
): Core & Record<NameIn<Part>, Entries[Part]> {
  const records: object[] = [...Object.values<Resource>(RESOURCES).map((resource) => resource[part]), core]
  const names = records.flatMap((record) => Object.keys(record))
  const duplicate = names.find((name, index) => names.indexOf(name) !== index)
  if (duplicate) throw new Error(`"${duplicate}" is declared twice among the ${part} of lib/resources.ts and the core`)
  return Object.assign({}, ...records)
}

/** Returns the folder of a resource in lib, such as `purchase-orders` for `purchaseOrders`. */
export function folderOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
