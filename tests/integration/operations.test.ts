import { spawn } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { OPERATOR_TRAIL } from '@/lib/audit/read-trail.mjs'
import { withAccount } from '@/lib/platform/db'
import { scopeOf } from '@/lib/session-scope'
import { StaleCredential, startSession } from '@/lib/sessions/sessions'
import { asOwner, asRuntime, asSuperuser } from '../support/database'
import { memberScope, ownerScope, REQUEST } from '../support/people'
import { faultsIn, runScript } from '../support/trails'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Runs a command of the operator. @returns its exit code and outputs */
async function operate(command: string, ...args: string[]) {
  const child = spawn(process.execPath, [`lib/operations/cli/${command}.mjs`, ...args], { cwd: ROOT })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (text.stdout += data))
  child.stderr.on('data', (data) => (text.stderr += data))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout: text.stdout.trim(), stderr: text.stderr.trim() }
}

const isLive = async (id: string, slug: string | null = null) => (await scopeOf(id, slug)) !== null
const newestEvents = async (trail: string) =>
  (await asSuperuser<{ kind: string }>('SELECT kind FROM audit_events WHERE trail_id = $1 ORDER BY created_at DESC LIMIT 2', [trail])).map(
    ({ kind }) => kind,
  )

/** Returns what `npm run audit:export -- --operator` prints. */
async function operatorEvents(): Promise<Record<string, string>[]> {
  const { output } = await runScript('lib/audit/cli/export.mjs', ['--operator'])
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line))
}

describe('the operator', () => {
  // ASVS 7.4.5
  test('ends the sessions of a user, of the members of an account, and of everyone', async () => {
    const [owner, stranger] = [await ownerScope(), await ownerScope()]
    const member = await memberScope(owner, 'MEMBER')
    const live = () => Promise.all([owner, member, stranger].map(({ session }) => isLive(session.id)))
    const one = await operate('sessions', '--email', member.user.email)
    expect([one.code, one.stdout, await live()]).toEqual([0, 'Ended 1 sessions of 1 users.', [true, false, true]])
    expect(JSON.parse(one.stderr)).toMatchObject({ kind: 'sessions.ended', user: member.user.id, sessions: 1 })
    expect(await newestEvents(member.user.id)).toContain('sessions.ended')
    expect([(await operate('sessions', '--account', owner.account.name)).code, await live()]).toEqual([0, [false, false, true]])
    expect([(await operate('sessions', '--all')).code, await live()]).toEqual([0, [false, false, false]])
  })

  // ASVS 7.4.2
  test('suspends and restores a user and an account', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    expect((await operate('suspend', '--account', owner.account.slug)).code).toBe(0)
    expect((await scopeOf(owner.session.id, owner.account.slug))?.scope).not.toHaveProperty('account')
    expect((await operate('suspend', '--account', owner.account.slug)).stderr).toBe('The account is already suspended.')
    expect((await operate('suspend', '--account', owner.account.id, '--restore')).code).toBe(0)
    expect((await scopeOf(owner.session.id, owner.account.slug))?.scope).toHaveProperty('account')
    expect((await newestEvents(owner.account.id)).sort()).toEqual(['account.suspended', 'account.unsuspended'])

    expect([(await operate('suspend', '--email', member.user.email)).code, await isLive(member.session.id)]).toEqual([0, false])
    expect(await newestEvents(member.user.id)).toContain('user.suspended')
    const signIn = () => startSession(member.user.id, { remembered: false, request: REQUEST })
    await expect(signIn()).rejects.toThrow(StaleCredential)
    expect((await operate('suspend', '--email', member.user.email, '--restore')).code).toBe(0)
    expect(await isLive(await signIn())).toBe(true)
  })

  test('lists and retries the jobs that have no retries left', async () => {
    await asSuperuser(`SELECT graphile_worker.add_job('clean', '{"secret":"x"}'), graphile_worker.add_job('clean')`)
    const [dead] = await asSuperuser<{ id: string }>(
      `UPDATE graphile_worker._private_jobs SET attempts = max_attempts, last_error = E'no room\\n  at x' WHERE payload::text LIKE '%secret%' RETURNING id`,
    )
    const listed = await operate('jobs', 'list')
    expect(listed.stdout).toMatch(new RegExp(`^${dead?.id}  clean  25 attempts  \\S+  no room\n1 jobs have no retries left.$`))
    expect((await operate('jobs', 'retry', '0')).stderr).toBe('Not a job without retries left: 0')
    const retried = await operate('jobs', 'retry', dead?.id ?? '')
    expect(retried).toMatchObject({ code: 0, stdout: '1 jobs will run again.' })
    expect(JSON.parse(retried.stderr)).toMatchObject({ kind: 'jobs.retried', by: 'operator', jobs: [dead?.id], count: 1 })
    expect((await operate('jobs', 'list')).stdout).toBe('0 jobs have no retries left.')
  })

  // ASVS 16.2.1, 16.4.2
  test('leaves an event for retried jobs in its own trail, which the server appends to its chain and can neither read nor extend', async () => {
    await asSuperuser(`SELECT graphile_worker.add_job('clean'), graphile_worker.add_job('clean')`)
    const dead = await asSuperuser<{ id: string }>('UPDATE graphile_worker._private_jobs SET attempts = max_attempts RETURNING id')
    const before = await operatorEvents()
    expect(await operate('jobs', 'retry', '--all')).toMatchObject({ code: 0 })
    expect(await asOwner('SELECT operator_retry_jobs($1)', [dead.map(({ id }) => id)])).toEqual([{ operator_retry_jobs: 0 }]) // they run already
    await appendPendingEvents()
    const [event, ...others] = (await operatorEvents()).slice(before.length)
    expect(others).toEqual([])
    const details = { by: 'operator', jobs: Object.fromEntries(dead.map(({ id }) => [id, 'clean'])) }
    expect(event).toMatchObject({ kind: 'jobs.retried', position: String(before.length + 1) })
    expect(JSON.parse(String(event?.details))).toEqual(details)
    expect(await faultsIn({ accountId: OPERATOR_TRAIL })).toMatchObject({ faults: [], events: before.length + 1 })

    expect(await withAccount(OPERATOR_TRAIL, (tx) => tx.$queryRaw`SELECT id FROM audit_events`)).toEqual([])
    const forged = { accountId: OPERATOR_TRAIL, kind: 'jobs.retried' }
    await expect(withAccount(OPERATOR_TRAIL, (tx) => tx.auditEvent.createMany({ data: [forged] }))).rejects.toThrow(/row-level security/)
  })

  test('reports a mistake in one line', async () => {
    expect(await operate('sessions')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Say whose sessions to end: .+$/) })
    expect(await operate('sessions', '--email', 'no@example.com')).toMatchObject({ code: 1, stderr: 'No user has this email.' })
    expect(await operate('suspend', '--account', 'none')).toMatchObject({ code: 1, stderr: 'No account has this id, slug, or name.' })
    expect(await operate('suspend', '--nonsense')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Unknown option '--nonsense'.*$/),
    })
  })

  // ASVS 13.2.2
  test('needs the owner role: the server’s role may call none of these functions', async () => {
    for (const call of [
      'retry_jobs(NULL)',
      'end_sessions(NULL, NULL)',
      'suspend_user(NULL, true)',
      'suspend_account(NULL, true)',
      `find_accounts('x')`,
    ])
      await expect(asRuntime(`SELECT operator_${call}`)).rejects.toThrow('permission denied')
    expect(await asOwner('SELECT * FROM operator_find_accounts($1)', ['none'])).toEqual([])
  })
})
