import 'server-only'
import { randomBytes } from 'node:crypto'
import { generateURI, ScureBase32Plugin, verifySync } from 'otplib'
import { BRAND } from '@/lib/brand'
import { TOTP_DIGITS, TOTP_PERIOD_SECONDS } from './schema'

// Time-based one-time passwords: RFC 6238 with SHA-1, six digits, and 30 seconds, which every authenticator app supports.

const SECRET_BYTES = 20 // RFC 4226, section 4, R6

/** Returns a new secret of 160 random bits. */
export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

/**
 * Returns the time step of a code, one step before or after `epochSeconds` at most (ASVS 6.6.3).
 * @param afterStep the step of the last accepted code, which this one must follow
 * @returns null if the code is wrong
 */
export function findTotpStep(
  secret: Uint8Array,
  code: string,
  { epochSeconds, afterStep }: { epochSeconds: number; afterStep?: number },
): number | null {
  const result = verifySync({
    secret: new Uint8Array(secret),
    token: code,
    digits: TOTP_DIGITS,
    period: TOTP_PERIOD_SECONDS,
    algorithm: 'sha1',
    epoch: Math.floor(epochSeconds),
    epochTolerance: TOTP_PERIOD_SECONDS,
    ...(afterStep === undefined ? {} : { afterTimeStep: afterStep }),
  })
  return result.valid && 'timeStep' in result ? result.timeStep : null
}

/** Formats a secret as users type it: base32 in groups of four. */
export function textKeyOf(secret: Uint8Array): string {
  return (base32Of(secret).match(/.{1,4}/g) ?? []).join(' ')
}

/** Returns the URI in a QR code from which an authenticator app reads a secret. */
export function totpUri(secret: Uint8Array, email: string): string {
  return generateURI({ issuer: BRAND.name, label: email, secret: base32Of(secret), digits: TOTP_DIGITS, period: TOTP_PERIOD_SECONDS })
}

function base32Of(secret: Uint8Array): string {
  return new ScureBase32Plugin().encode(new Uint8Array(secret), { padding: false })
}
