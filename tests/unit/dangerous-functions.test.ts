import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

// What is dangerous, or worth a second look, and the only files of the running application that may use it. Add a file here
// after you have checked what it does; docs/guide/security.md lists keys and algorithms.

const ROOT = path.join(import.meta.dirname, '..', '..')
const APPLICATION = ['app', 'components', 'lib', 'middleware.ts', 'instrumentation.ts', 'instrumentation-node.ts', 'next.config.mjs']

const USES: [what: string, pattern: RegExp, files: string[]][] = [
  ['start a program', /child_process/, []],
  ['evaluate a string', /\beval\(|new Function\(|node:vm/, []],
  ['build SQL from strings', /RawUnsafe\(|Prisma\.raw\(/, ['lib/audit/append-to-chain.ts', 'lib/platform/identifier.ts']],
  ['set HTML from a string', /dangerouslySetInnerHTML|(inner|outer)HTML|insertAdjacentHTML|document\.write/, []],
  ['store data in the browser', /localStorage|sessionStorage|indexedDB|document\.cookie/, ['components/shell/single-keys.ts']],
  ['send or receive messages between windows', /postMessage\(|addEventListener\('message'/, ['components/session-beacon.tsx']],
  ['watch or stop pasting', /onPaste|'paste'/, []],
  ['send a request', /\bfetch\(|XMLHttpRequest|EventSource|sendBeacon/, ['components/shell/found.ts', 'lib/password/breached.ts']],
  ['send mail', /from 'nodemailer'/, ['lib/platform/mail/transport.ts']],
  [
    'open files',
    /from 'node:fs/,
    [
      'app/(public)/opengraph-image.tsx',
      'lib/audit/cli/verify.mjs',
      'lib/backup/backup.mjs',
      'lib/backup/cli/backup.mjs',
      'lib/backup/encryption.mjs',
      'lib/http/app-routes.ts',
      'lib/operations/doctor.ts',
      'lib/platform/mail/mailbox.ts',
      'lib/platform/startup.ts',
    ],
  ],
  [
    'write to the output without the logger',
    /console\.|process\.std(out|err)\.write/,
    [
      'instrumentation-node.ts',
      'lib/audit/cli/export.mjs',
      'lib/denials.ts',
      'lib/operations/doctor.ts',
      'lib/operations/operations.mjs',
      'lib/platform/cli.mjs',
      'lib/platform/readable-log.ts',
      'lib/platform/startup.ts',
    ],
  ],
  ['use guessable random numbers', /Math\.random/, []],
  ['encrypt', /(create(C|Dec)ipheriv|subtle\.\w+)\(/, ['lib/backup/encryption.mjs', 'lib/factors/keys.ts', 'lib/platform/mail/payload.ts']],
  ['use a broken hash', /'(md5|sha1|ripemd160)'/i, ['lib/factors/totp.ts', 'lib/password/breached.ts']],
]

const ALGORITHMS = ['aes-256-gcm', 'sha256', 'sha384', 'sha1'] // sha1 is part of RFC 6238, and asks a list of breached passwords
const CRYPTO_FUNCTIONS = [
  'createCipheriv',
  'createDecipheriv',
  'createHash',
  'createHmac',
  'hkdfSync',
  'randomBytes',
  'randomInt',
  'randomUUID',
  'timingSafeEqual',
]

function filesOf(entry: string): string[] {
  if (!statSync(path.join(ROOT, entry)).isDirectory()) return [entry]
  return readdirSync(path.join(ROOT, entry), { recursive: true, encoding: 'utf8' })
    .map((name) => `${entry}/${name.split(path.sep).join('/')}`)
    .filter((file) => /\.(tsx?|mjs)$/.test(file) && !file.startsWith('lib/generated/'))
}

const sources = APPLICATION.flatMap(filesOf)
  .sort()
  .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }))

// ASVS 1.2.5, 1.3.2, 1.3.6, 3.2.2, 6.2.7, 6.5.3, 13.2.4, 14.3.3, 16.2.3
test.each(USES)('only the files listed here %s', (_, pattern, files) => {
  expect(sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)).toEqual(files)
})

// ASVS 11.1.3, 11.2.1, 11.3.1, 11.3.2, 11.4.1, 11.5.1
test('the application uses the listed functions and algorithms of node:crypto, and no other library', () => {
  const texts = sources.map(({ text }) => text)
  const imported = texts.flatMap((text) => /import \{([^}]*)\} from 'node:crypto'/.exec(text)?.[1]?.split(',') ?? [])
  expect(imported.map((name) => name.trim()).filter((name) => name && !CRYPTO_FUNCTIONS.includes(name))).toEqual([])
  const named = texts.flatMap((text) => text.match(/'(aes|chacha|des|rc4|sha|md|ripemd|blake)[\w-]*\d[\w-]*'/gi) ?? [])
  expect(named.filter((name) => !ALGORITHMS.includes(name.slice(1, -1)))).toEqual([])
  expect(texts.filter((text) => /from '(crypto-js|node-forge|tweetnacl|sjcl|libsodium[\w-]*|@noble\/\w+)'/.test(text))).toEqual([])
})
