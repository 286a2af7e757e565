import type { AccountSection } from '@/lib/accounts/paths'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { Allowance, CountedBy } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import type { RulesByRole, Target } from './rules'
import type { AccountScope } from './scope'
import type { Tone } from './tones'

// What a resource declares about itself in lib/<name>/resource.ts. Safe for the browser: types and plain values only.

/** What the audit trail says about an event. */
export type EventText = {
  /** The event's name, for filters and files. */
  name: string
  /**
   * What happened, as a sentence without its subject: `Created the project “Bridge”`.
   * @param target an email address, or a name in quotes
   * @param details the event's details, each as text
   */
  sentence: (target: string, details: Record<string, string | undefined>) => string
}

/** An entry of the account's navigation. */
export type Section<Permission extends string = string> = {
  title: string
  /** The part of the path after the account's slug. */
  segment: AccountSection
  icon: IconName
  /** The permission that a member needs to see it. */
  permission: Permission
}

/**
 * What the account's overview shows of a resource: the rows that were updated last, and a step of the setup checklist until
 * the account has one. Names of columns are in snake case, as in SQL. It reads an index on `account_id, updated_at, id`.
 */
export type OnOverview<Permission extends string = string> = {
  /** The heading of the rows. */
  title: string
  table: string
  /** The column with the row's name. */
  name: string
  /** A column whose rows are left out unless it is null, such as `archived_at`. */
  unless?: string
  /** A column with a status, and for each status its name and the tone of its dot. */
  status?: { column: string; names: Record<string, string>; tones: Record<string, Tone> }
  /** A column with the id of a member, such as the row's lead. */
  person?: string
  /** Whether each row has a page, at its id below the section. */
  hasPages?: true
  /** The step of the checklist, for members with the permission, and the path of its form below the section. */
  setup: { step: string; permission: Permission; path?: string }
}

/**
 * What the command palette finds of a resource: rows by any part of their name, each with a page at its id below the section.
 * Names of columns are in snake case, as in SQL.
 */
export type Searchable = {
  table: string
  /** The column with the row's name. */
  name: string
  /** The column with the name as `foldText` folds it. */
  key: string
  /** A column whose rows come last unless it is null, such as `archived_at`. */
  last?: string
}

/** The class name of an icon. app/icons.css draws it; add a name of Lucide here and there to use another. */
export type IconName = `icon-${
  | 'book-open'
  | 'box'
  | 'briefcase'
  | 'building'
  | 'calendar'
  | 'chart-column'
  | 'clipboard-list'
  | 'credit-card'
  | 'file-text'
  | 'folder-closed'
  | 'globe'
  | 'rotate-ccw-clock'
  | 'inbox'
  | 'layout-grid'
  | 'list-checks'
  | 'mail'
  | 'map-pin'
  | 'message-square'
  | 'package'
  | 'receipt'
  | 'shopping-cart'
  | 'sliders-horizontal'
  | 'tag'
  | 'truck'
  | 'users'
  | 'wallet'}`

/** A sentence, or a function of its parameters, which are text and numbers. */
export type MessageText = string | ((params: never) => string)

type Columns<Model extends Prisma.ModelName> = keyof Prisma.TypeMap['model'][Model]['payload']['scalars']

/**
 * A table in the account's export: its Prisma model, and for each column whether it is exported. A new column does not
 * compile until it is listed. Exclude every secret, and columns that the database computes from others.
 */
export type ExportedTable = {
  [Model in Prisma.ModelName]: { model: Uncapitalize<Model>; columns: Record<Exclude<Columns<Model>, 'accountId'>, boolean> }
}[Prisma.ModelName]

/** The parts of a declaration, with the type of their entries. */
export type Entries = {
  /** Which role may do what. The names join the type `Permission` of lib/policy.ts. */
  permissions: RulesByRole
  /** The audit events that the resource records. The names join the type `AuditKind` of lib/audit/kinds.ts. */
  events: EventText
  /** What its forms and actions say. The codes join the type `Message` of lib/messages.ts. */
  messages: MessageText
  /** The resource's tables, by name in camel case, as the account's export contains them. */
  tables: ExportedTable
  /** Rate limits of its actions. The names join the type `LimitName` of lib/http/limits/table.ts. */
  limits: Partial<Record<CountedBy, Allowance>>
}

export type Resource<Permission extends string = string> = { [Part in keyof Entries]: Record<string, Entries[Part]> } & {
  section: Section<Permission>
  overview?: OnOverview<Permission>
  search?: Searchable
}

/**
 * Creates demo data in an account, as its owner would. Running it again must not add duplicates.
 * @param team the other members, and a clock: after `moveTo(12, '09:30')`, everything written counts as twelve days old,
 *   at that time in UTC
 */
export type Seed = (
  scope: AccountScope,
  request: RequestInfo,
  team: { members: AccountScope[]; moveTo: (daysAgo: number, time?: string) => Promise<void> },
) => Promise<void>

/** Returns the declaration, with its names inferred as literal types. */
export function defineResource<
  const P extends string,
  const E extends string,
  const M extends Record<string, MessageText>,
  const T extends string,
  const L extends string = never,
>(resource: {
  section: Section<NoInfer<P>>
  overview?: OnOverview<NoInfer<P>>
  search?: Searchable
  permissions: Record<P, RulesByRole>
  events: Record<E, EventText>
  messages: M
  tables: Record<T, ExportedTable>
  limits?: Record<L, Entries['limits']>
}) {
  return { ...resource, limits: resource.limits ?? ({} as Record<L, Entries['limits']>) }
}

type Access<Permission extends string> = {
  permission: Permission
  /** The object of the operation, if a rule depends on it. */
  target?: Target
}

/**
 * Describes a resource to the tests, in lib/<name>/fixture.ts: how to insert a row, and the permission that each of its
 * pages, route handlers, and server actions requires. The isolation matrix and the attack coverage derive from it.
 */
export type Fixture<Permission extends string = string> = {
  /** Returns the SQL that inserts one row. The values are already quoted. */
  insert: (row: { id: string; accountId: string; createdBy: string }) => string
  /** Calls of the domain functions that require each permission, for the row `id`. */
  uses: Record<Permission, ((scope: AccountScope, id: string, request: RequestInfo) => Promise<unknown>)[]>
  /** Pages and route handlers by path, with parameters in brackets. A parameter other than the slug is the row's id. */
  routes: Record<
    string,
    Access<Permission> & {
      /** The emails, ids, and names that the page shows besides its frame, such as `id of a row of projects`. */
      shows?: string[]
    }
  >
  /** Server actions by the name of the exported function. */
  actions: Record<
    string,
    Access<Permission> & {
      /** Returns the fields that its form sends. `suffix` is random, for values that must be unique. */
      fields?: (id: string, context: { suffix: string }) => Record<string, string>
      /** False if its page does not always show its form to everyone who may use it. */
      isShown?: false
    }
  >
}
