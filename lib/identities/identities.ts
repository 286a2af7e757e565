import 'server-only'
import { database } from '@/lib/platform/db'

type ProviderKey = { provider: string; providerAccountId: string }
type KeyWhere = { where: { provider_providerAccountId: ProviderKey } }

const PERSON = { id: true, email: true, name: true, emailVerified: true } as const

/**
 * The database as Auth.js's Prisma adapter wants to see it: `identities` under the name that Auth.js uses, `account`,
 * which here is the tenant. Only the key is kept of an identity: an access token that nothing uses is only a risk.
 */
export function authTables() {
  const { user, identity } = database()
  return {
    user: {
      // Whoever registers does so by our own forms, under the rule of SIGN_UP. No provider of Auth.js is a way around it.
      create: () => Promise.reject(new Error('Auth.js makes no users here')),
      findUnique: ({ where }: { where: { id: string } | { email: string } }) => user.findUnique({ where, select: PERSON }),
      update: ({
        where,
        data: { name, emailVerified },
      }: {
        where: { id: string }
        data: { name?: string | null; emailVerified?: Date | null }
      }) => user.update({ where, data: { name, emailVerified }, select: PERSON }),
      delete: ({ where }: { where: { id: string } }) => user.delete({ where, select: PERSON }),
    },
    account: {
      findUnique: ({ where: { provider_providerAccountId: key } }: KeyWhere) =>
        identity.findUnique({ where: { provider_providerAccountId: key }, include: { user: { select: PERSON } } }),
      create: ({ data: { userId, type, provider, providerAccountId } }: { data: ProviderKey & { userId: string; type: string } }) =>
        identity.create({ data: { userId, type, provider, providerAccountId } }),
      delete: ({ where: { provider_providerAccountId: key } }: KeyWhere) => identity.delete({ where: { provider_providerAccountId: key } }),
    },
  }
}
