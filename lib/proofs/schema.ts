import { z } from 'zod'

/** The ways in which a user can authenticate in a session. `oidc` and `saml` are for federation. */
export const PROOF_METHODS = ['password', 'email', 'totp', 'passkey', 'recovery_code', 'oidc', 'saml'] as const

export type ProofMethod = (typeof PROOF_METHODS)[number]

/** A proof to record. `detail` says how, such as whether a passkey verified its user. It contains no secret. */
export type NewProof = { method: ProofMethod; detail?: Record<string, string | number | boolean> }

/** The newest proof of each method in a session, as {@link Proof}. */
export const proofSchema = z.object({
  method: z.enum(PROOF_METHODS),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  ageSeconds: z.number(),
})

/** A proof of a session, and its age by the database's clock when the request read it. */
export type Proof = Readonly<{ method: ProofMethod; detail: Readonly<NonNullable<NewProof['detail']>>; ageSeconds: number }>

/** The methods that count as recent authentication. An emailed link or its code does not: access to an inbox is not enough. */
const RECENT_AUTH_METHODS: ReadonlySet<ProofMethod> = new Set<ProofMethod>(['password', 'totp', 'passkey'])

/** Returns whether a proof shows that the user themselves authenticated less than this many seconds ago (ASVS 7.5.1). */
export function isRecentAuth({ method, detail, ageSeconds }: Proof, maxAgeSeconds: number): boolean {
  return RECENT_AUTH_METHODS.has(method) && detail.remembered !== true && ageSeconds < maxAgeSeconds
}
