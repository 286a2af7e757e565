// Assigns a server to the test file when `npm test` has started one for each parallel worker.
const servers: Record<string, string>[] = JSON.parse(process.env.ATRIUM_SERVERS ?? '[]')
Object.assign(process.env, servers[Number(process.env.VITEST_POOL_ID) - 1])
