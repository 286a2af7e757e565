import { beforeAll, describe, expect, test } from 'vitest'
import { expectUnchanged } from '../support/database-state'
import { actionId, HttpClient, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { expectNoServerError, registerUser, words } from './attack'

// An attacker chooses the id of a server action, its arguments, and the page that the request goes to.

let user: Awaited<ReturnType<typeof registerUser>>
const ids: Record<string, string> = {}
beforeAll(async () => {
  user = await registerUser()
  const [anyone, { client }] = [new HttpClient(), user]
  ids.login = actionId(await anyone.form('/login', labels.signIn))
  ids.register = actionId(await anyone.form('/register', labels.createAccount))
  ids.theme = actionId(await anyone.form('/login', 'Theme'))
  ids.profile = actionId(await client.form('/private/settings', labels.save))
  ids.account = actionId(await client.form('/private/accounts/new', labels.createAccount))
})

const UNKNOWN = [
  ...words`
    deadbeef __proto__ constructor toString hasOwnProperty ../../actions %00 null
    ${'40'.repeat(21)} ${'00'.repeat(21)} ${'ff'.repeat(21)} ${'40'.repeat(21)}#signOut ${'AB'.repeat(21)} ${'x'.repeat(8000)}
  `,
  ...['', ' ', '[object Object]'],
]

const GARBAGE = [
  ...words`
    {{{ null [] {} 1 "x" [null,null] [1,"a"] [{},{}] ["$K1","$K1"] ["$0"] ["$1"] ["$@0"] ["$@9","$@9"] ["$F1"] ["$h1"] ["$Q1","$Q1"] ["$W1"] ["$B1"]
    ["$R1","$r1"] ["$i1"] ["$D","$Dx"] ["$n1"] ["$n${'9'.repeat(300)}"] ["$undefined","$undefined"] ["$Sx"] ["$A1"] ["$O1"] ["$0:__proto__:x"]
    ["$0:constructor:constructor"] ["$1:__proto__:then"] [{"then":"$0:constructor:constructor"}] [{"then":{}},{"then":null}] {"getAll":"x"}
    [{"__proto__":{"x":1}},{"constructor":{"prototype":{"x":1}}}] ["\ud800","\udfff"] ["\u0000"] [{},{"getAll":"$F1"}]
  `,
  ...['', `${'['.repeat(5000)}${']'.repeat(5000)}`, `["${'x'.repeat(50_000)}"]`, `[${'1,'.repeat(20_000)}1]`],
]

describe('server actions', () => {
  test.each(UNKNOWN)('reject unknown ids: %j', async (id) => {
    for (const path of ['/login', '/private']) {
      for (const client of [new HttpClient(), user.client]) {
        const responses = await expectUnchanged(async () => [
          await client.request(path, { method: 'POST', headers: { 'next-action': id, 'content-type': 'text/plain' }, body: '[]' }),
          await client.post(path, { [`$ACTION_ID_${id}`]: '' }),
          await client.post(path, { $ACTION_REF_1: '', '$ACTION_1:0': JSON.stringify({ id, bound: null }) }),
        ])
        for (const response of responses) expectNoServerError(response)
      }
    }
    expect((await user.client.get('/private')).status).toBe(200)
  })

  // ASVS 1.5.2, 15.3.5, 15.3.6
  test.each(GARBAGE.map((text) => [text.slice(0, 60), text] as const))('cause no server error with the arguments %s', async (_, text) => {
    await expectUnchanged(async () => {
      for (const [name, path] of [
        ['login', '/login'],
        ['theme', '/login'],
        ['profile', '/private/settings'],
      ] as const) {
        const client = path.startsWith('/private') ? user.client.copy() : new HttpClient()
        const headers = { 'next-action': ids[name] ?? '' }
        const plain = await client.request(path, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'text/plain;charset=UTF-8' },
          body: text,
        })
        const form = new FormData()
        form.append('0', text)
        const multipart = await client.request(path, { method: 'POST', headers, body: form })
        for (const response of [plain, multipart]) {
          expectNoServerError(response)
          expect(response.setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
        }
      }
    })
  })

  // ASVS 1.5.2
  test.each<[string, Record<string, string>]>([
    ['not JSON', { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID"' }],
    ['missing an id', { $ACTION_REF_2: '', '$ACTION_2:0': '{}' }],
    ['bound to missing arguments', { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":"$@9"}' }],
    ['bound to itself', { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":"$@0"}' }],
    ['bound to a number', { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":"$@1"}', '$ACTION_2:1': '7' }],
    ['bound to an object', { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":{}}' }],
    [
      'bound to too many arguments',
      { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":"$@1"}', '$ACTION_2:1': `[${'1,'.repeat(5000)}1]` },
    ],
    [
      'bound to an invalid state',
      { $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":"$@1"}', '$ACTION_2:1': '[{"status":"error","fieldErrors":null}]' },
    ],
    [
      'given twice',
      { $ACTION_REF_1: '', $ACTION_REF_2: '', '$ACTION_1:0': '{"id":"ID","bound":null}', '$ACTION_2:0': '{"id":"ID","bound":null}' },
    ],
    ['missing its parts', { $ACTION_REF_2: '' }],
    ['sent with an invalid key', { $ACTION_KEY: 'x'.repeat(500), $ACTION_REF_2: '', '$ACTION_2:0': '{"id":"ID","bound":null}' }],
  ])('cause no server error with a form whose reference is %s', async (_, fields) => {
    await expectUnchanged(async () => {
      for (const id of [ids.login, ids.theme, ids.register]) {
        const filled = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.replaceAll('ID', id ?? '')]))
        expectNoServerError(await new HttpClient().post('/login', filled))
      }
    })
  })

  // ASVS 2.3.1, 8.2.1
  test('do nothing without a session when a public page receives the action of a private one', async () => {
    for (const name of ['profile', 'account']) {
      for (const path of ['/login', '/', '/private/settings', '/private/accounts/new', '/nothing']) {
        const response = await expectUnchanged(() =>
          new HttpClient().call(path, ids[name] ?? '', [{ status: 'idle' }, '$K1'], { name: 'An attacker', accountName: 'An attack' }),
        )
        expectNoServerError(response)
        expect(response.text).not.toContain('profile-saved')
      }
    }
  })
})
