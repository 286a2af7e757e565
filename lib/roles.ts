import { Role } from '@/lib/generated/prisma/enums'

export type { Role } from '@/lib/generated/prisma/enums'

// Safe for the browser: the generated enum imports nothing. A new role in prisma/schema.prisma does not compile until it
// has a line in each table here and a column in lib/policy.ts.

/** Members manage ranks up to their own: they cannot change a member of a higher rank, or grant a higher role. */
export const ROLE_RANKS: Record<Role, number> = { OWNER: 2, ADMIN: 1, MEMBER: 0 }

/** Labels for badges and options. */
export const ROLE_NAMES: Record<Role, string> = { OWNER: 'Owner', ADMIN: 'Admin', MEMBER: 'Member' }

/** With an article, for use inside a sentence. */
export const ROLE_PHRASES: Record<Role, string> = { OWNER: 'an owner', ADMIN: 'an admin', MEMBER: 'a member' }

/** Every role, lowest rank first. */
export const ROLES: readonly Role[] = Object.values(Role).sort((one, other) => ROLE_RANKS[one] - ROLE_RANKS[other])
