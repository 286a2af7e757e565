import { vi } from 'vitest'

// bcrypt at cost 12 takes 0.3 s of a core, and nearly every test registers or signs in somebody. So it runs at cost 4 here
// and stores the digest under the cost that was asked for. tests/lib/password/password.test.ts tests the real thing.
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
