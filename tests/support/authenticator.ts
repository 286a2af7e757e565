import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

// An authenticator in software, for tests without a browser. tests/e2e/passkeys.spec.ts uses the one of Chromium.

const ORIGIN = process.env.APP_URL ?? 'http://localhost:3000'
const FLAGS = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 }
const AAGUID = Buffer.from('bada5566a7aa401fbd9645619a55120d', 'hex') // 1Password

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest()

export class Authenticator {
  readonly id = randomBytes(32).toString('base64url')
  counter = 1
  isVerifying = true
  origin = ORIGIN
  #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  /** @returns the browser's answer to the options of a new passkey */
  create(options: string): string {
    const { challenge, rp } = JSON.parse(options)
    const clientDataJSON = this.#clientData('webauthn.create', challenge)
    const id = Buffer.from(this.id, 'base64url')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const authData = Buffer.concat([this.#authData(rp.id, FLAGS.attested), AAGUID, length, id, this.#publicKey()])
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]) as never,
    )
    return this.#answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      attestationObject: Buffer.from(attestationObject).toString('base64url'),
      transports: ['internal'],
    })
  }

  /** @returns the browser's answer to the options of a sign-in or a second factor */
  use(options: string, userId: string): string {
    const { challenge, rpId } = JSON.parse(options)
    this.counter += 1
    const clientDataJSON = this.#clientData('webauthn.get', challenge)
    const authData = this.#authData(rpId, 0)
    const signature = createSign('sha256')
      .update(Buffer.concat([authData, sha256(clientDataJSON)]))
      .sign(this.#keys.privateKey)
    return this.#answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url'),
    })
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }))
  }

  #authData(rpId: string, flags: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    const all = flags | FLAGS.present | (this.isVerifying ? FLAGS.verified : 0) | FLAGS.backupEligible | FLAGS.backedUp
    return Buffer.concat([sha256(rpId), Buffer.from([all]), counter])
  }

  #publicKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ])
    return Buffer.from(isoCBOR.encode(key as never))
  }

  #answer(response: object): string {
    return JSON.stringify({ id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response })
  }
}
