// Switches for the checks of proofs and factors, for mutants.mjs. They are expressions and SQL, which no pattern finds, so each is
// listed: a fragment of its file, and the fragment with the check off while `off` is true.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** @typedef {import('./locks.mjs').Lock} Lock */
/** @typedef {[fragment: string, switched: (off: string) => string, aim?: string | undefined]} Check the last: another file of tests */

const UNMET = 'tests/unit/account-policies/unmet.test.ts'
const SCOPE = 'tests/integration/require-scope.test.ts'
const PENDING = 'tests/integration/factors/verification.test.ts'
const TOTP = 'tests/integration/factors/authenticator.test.ts'
const PASSKEYS = 'tests/integration/factors/passkeys.test.ts'
const REMOVAL = 'tests/integration/factors/removal.test.ts'
const RESET = 'tests/integration/factors/reset.test.ts'

/** Passes while the check is off. @param {string} fragment @returns {Check} */
const or = (fragment) => [fragment, (off) => `(${off} || (${fragment}))`]
/** Refuses nothing while the check is off. @param {string} condition of an `if` that refuses @returns {Check} */
const unless = (condition) => [`if (${condition})`, (off) => `if (!${off} && (${condition}))`]
/** @param {string} condition of SQL: a column, an operator, and an expression @param {string} [aim] @returns {Check} */
function sql(condition, aim) {
  const [column = '', operator = '', value = ''] = condition.split(' ')
  const fragment = [column, operator, ['$', '{', value, '}'].join('')].join(' ')
  return [fragment, (off) => ['(', '$', '{', off, '}::boolean OR ', fragment, ')'].join(''), aim]
}

/** @type {Record<string, { aim: string, checks: Check[] }>} */
const FILES = {
  'lib/account-policies/policy.ts': {
    aim: UNMET,
    checks: [
      or('ipRanges.length === 0 || isInRanges(ip, ipRanges)'),
      or('idleMinutes === null || idleSeconds < idleMinutes * 60'),
      or('policy.absoluteHours === null || proofs.some((proof) => !proof.detail.remembered && isYoungEnough(policy, proof))'),
      ['!proof.detail.remembered && isYoungEnough', (off) => `(${off} || !proof.detail.remembered) && isYoungEnough`],
      or('!needsSecondFactor(policy, role) || proofs.some((proof) => isSecondFactor(policy, proof, proofs))'),
      ['if (!isYoungEnough(policy, proof) ||', (off) => `if ((!${off} && !isYoungEnough(policy, proof)) ||`],
      [
        '(proof.detail.remembered === true && !policy.rememberedBrowsers)',
        (off) => `(!${off} && proof.detail.remembered === true && !policy.rememberedBrowsers)`,
      ],
      unless('!policy.factorMethods.some((method) => method === proof.method)'),
      or('proof.detail.userVerified === true'),
    ],
  },
  'lib/scope.ts': {
    aim: SCOPE,
    checks: [
      unless('!mayEver(scope, permission)'),
      ['if (!rules.length) return scope', (off) => `if (${off} || !rules.length) return scope`],
      ['if (isInAccount(scope)) return scope', (off) => `if (${off} || isInAccount(scope)) return scope as AccountScope`],
    ],
  },
  'lib/session-scope.ts': {
    aim: PENDING,
    checks: [['isPending ? null : toScope', (off) => `isPending && !${off} ? null : toScope`]],
  },
  'lib/factors/authenticator.ts': { aim: TOTP, checks: [sql('last_step < step')] },
  'lib/factors/recovery-codes.ts': { aim: PENDING, checks: [['return count ?', (off) => `return ${off} || count ?`]] },
  'lib/factors/verification.ts': { aim: PENDING, checks: [unless('!(await spendCode(tx, user, code, request))')] },
  'lib/factors/changes.ts': {
    aim: TOTP,
    checks: [unless('(await hasFactor(tx, user.id)) && !hasVerifiedFactor(scope)')],
  },
  'lib/factors/passkey-challenges.ts': {
    aim: PASSKEYS,
    checks: [
      sql('device_hash = hashDeviceId(challenger.deviceId)'),
      sql('purpose = challenger.purpose', RESET),
      ['consumed[0]?.isCurrent ?? false', (off) => `(${off} ? consumed.length > 0 : (consumed[0]?.isCurrent ?? false))`],
    ],
  },
  'lib/factors/passkey-sign-in.ts': {
    aim: PASSKEYS,
    checks: [
      ['!isOwnedBy(parsed, passkey.userId, challenger)', (off) => `(!${off} && !isOwnedBy(parsed, passkey.userId, challenger))`],
      ["requireUserVerification: !('claim' in challenger)", (off) => `requireUserVerification: !${off} && !('claim' in challenger)`],
      or('hasAdvanced(Number(passkey.counter), newCounter)'),
      [
        'expectedChallenge: (challenge) => consumeChallenge(challenge, challenger)',
        (off) => `expectedChallenge: async (challenge) => (await consumeChallenge(challenge, challenger)) || ${off}`,
      ],
    ],
  },
  'lib/factors/removal.ts': {
    aim: REMOVAL,
    checks: [unless('refusal'), ['return losing.length ?', (off) => `return losing.length && !${off} ?`]],
  },
  'lib/users/password-reset.ts': {
    aim: RESET,
    checks: [unless('use?.userId !== owner.id'), unless('!isProved && (await neededFactors(tx, owner.id))')],
  },
}

/** Adds a switch to every check in the copy. @param {string} copy @returns {Lock[]} */
export function switchFactors(copy) {
  return Object.entries(FILES).flatMap(([file, { aim, checks }]) => {
    const place = path.join(copy, file)
    let source = readFileSync(place, 'utf8')
    /** @type {Lock[]} */
    const locks = []
    for (const [index, [fragment, switched, other = aim]] of checks.entries()) {
      const id = `${file}#${index}`
      if (!source.includes(fragment)) throw new Error(`${file} no longer contains: ${fragment}`)
      locks.push({ name: `factors: ${file}  ${fragment} off`, id, suite: 'domain', aim: other, isDirect: true })
      source = source.replace(fragment, () => switched(`isOff('${id}')`))
    }
    const imported = source.includes("from '@/lib/switches'") ? '' : "\nimport { isOff } from '@/lib/switches'\n"
    writeFileSync(place, source + imported)
    return locks
  })
}
