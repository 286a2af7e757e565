import 'server-only'
import { database } from '@/lib/platform/db'

type ProviderKey = { provider: string; providerAccountId: string }
type KeyWhere = { where: { provider_providerAccountId: ProviderKey } }

const USER_COLUMNS = { id: true, email: true, name: true, emailVerified: true } as const

/**
 * Returns the tables in the shape that Auth.js's Prisma adapter expects. It calls `identities` `account`, which is our name
 * for the tenant. Only an identity's key is stored: an access token that nothing uses would only be a risk.
 */
export function authTables() {
  const { user, identity } = database()
  return {
    user: {
      // Users register with our own forms, which follow SIGN_UP. A provider of Auth.js must not bypass it.
      create: () => Promise.reject(new Error('Auth.js must not create users')),
      findUnique: ({ where }: { where: { id: string } | { email: string } }) => user.findUnique({ where, select: USER_COLUMNS }),
      update: ({
        where,
        data: { name, emailVerified },
      }: {
        where: { id: string }
        data: { name?: string | null; emailVerified?: Date | null }
      }) => user.update({ where, data: { name, emailVerified }, select: USER_COLUMNS }),
      delete: ({ where }: { where: { id: string } }) => user.delete({ where, select: USER_COLUMNS }),
    },
    account: {
      findUnique: ({ where: { provider_providerAccountId: key } }: KeyWhere) =>
        identity.findUnique({ where: { provider_providerAccountId: key }, include: { user: { select: USER_COLUMNS } } }),
      create: ({ data: { userId, type, provider, providerAccountId } }: { data: ProviderKey & { userId: string; type: string } }) =>
        identity.create({ data: { userId, type, provider, providerAccountId } }),
      delete: ({ where: { provider_providerAccountId: key } }: KeyWhere) => identity.delete({ where: { provider_providerAccountId: key } }),
    },
  }
}
