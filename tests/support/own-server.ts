// Files that run side by side each have a server of their own, when `npm test` has opened one for each of them.
const servers: Record<string, string>[] = JSON.parse(process.env.ATRIUM_SERVERS ?? '[]')
Object.assign(process.env, servers[Number(process.env.VITEST_POOL_ID) - 1])
