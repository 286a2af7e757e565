// Safe for the browser.

/** Every role, lowest rank first. */
export const ROLES = ['MEMBER', 'ADMIN', 'OWNER'] as const
export const ROLE_NAMES = { OWNER: 'Owner', ADMIN: 'Admin', MEMBER: 'Member' } as const
/** A role as it reads inside a sentence. */
export const ROLE_PHRASES = { OWNER: 'an owner', ADMIN: 'an admin', MEMBER: 'a member' } as const
