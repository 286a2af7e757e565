import { vi } from 'vitest'

// Most tests register or sign in a user, and bcrypt at cost 12 takes 0.3 s of CPU time. In tests it runs at cost 4, with the
// requested cost in the hash. tests/unit/password/password.test.ts uses the real hashing.
vi.mock('@/lib/password/pool', async (importOriginal) => {
  const [pool, { default: bcrypt }] = await Promise.all([importOriginal<typeof import('@/lib/password/pool')>(), import('bcryptjs')])
  const lowCost = '$2b$04$'
  const hashOnThread: typeof pool.hashOnThread = async (secret, cost) => {
    const digest = await bcrypt.hash(secret, 4)
    return digest.replace(lowCost, `$2b$${String(cost).padStart(2, '0')}$`)
  }
  const compareOnThread: typeof pool.compareOnThread = (secret, digest) => bcrypt.compare(secret, digest.replace(/^\$2b\$\d\d\$/, lowCost))
  return { ...pool, hashOnThread, compareOnThread }
})
