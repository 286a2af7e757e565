import { generateSync } from 'otplib'

/** @returns the code of a secret, or of its text in base32, now or some steps of 30 seconds later */
export function totpCode(secret: Uint8Array | string, steps = 0): string {
  return generateSync({
    secret: typeof secret === 'string' ? secret : new Uint8Array(secret),
    epoch: Math.floor(Date.now() / 1000) + steps * 30,
  })
}
