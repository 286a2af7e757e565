-- Passkeys, which sign in on their own and are second factors too.

SET LOCAL lock_timeout = '5s';

-- Identity: a user's passkey.
CREATE TABLE "passkeys" (
  "user_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "credential_id" TEXT NOT NULL, -- base64url, as the browser sends it
  "public_key" BYTEA NOT NULL,
  "counter" BIGINT NOT NULL,
  "transports" TEXT[] NOT NULL DEFAULT '{}',
  "name" VARCHAR(80) NOT NULL,
  "aaguid" UUID NOT NULL, -- the model of the authenticator
  "is_backup_eligible" BOOLEAN NOT NULL, -- whether it can be on several devices
  "is_backed_up" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "last_used_at" TIMESTAMPTZ(3),

  CONSTRAINT "passkeys_pkey" PRIMARY KEY ("user_id", "id"),
  CONSTRAINT "passkeys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "passkeys_credential_id_key" ON "passkeys" ("credential_id");

-- Identity: what a passkey must sign. It is for one browser and one purpose, is deleted by its use, and ends after five minutes.
CREATE TABLE "passkey_challenges" (
  "hash" BYTEA NOT NULL, -- SHA-256 of the challenge
  "device_hash" BYTEA NOT NULL, -- SHA-256 of the id of the browser that asked for it
  "purpose" TEXT NOT NULL CONSTRAINT "passkey_challenges_purpose_check" CHECK ("purpose" IN ('add', 'sign-in', 'verify')),
  "user_id" UUID, -- null for a sign-in
  "session_handle" UUID,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "passkey_challenges_pkey" PRIMARY KEY ("hash"),
  CONSTRAINT "passkey_challenges_owner_check" CHECK (("purpose" = 'sign-in') = ("user_id" IS NULL) AND ("user_id" IS NULL) = ("session_handle" IS NULL)),
  CONSTRAINT "passkey_challenges_session_fkey" FOREIGN KEY ("user_id", "session_handle")
    REFERENCES "sessions" ("user_id", "handle") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "passkey_challenges_session_idx" ON "passkey_challenges" ("user_id", "session_handle");
CREATE INDEX "passkey_challenges_created_at_idx" ON "passkey_challenges" ("created_at");

GRANT SELECT, INSERT, UPDATE, DELETE ON "passkeys", "passkey_challenges" TO atrium_runtime;

-- As before, and a passkey is a factor too.
CREATE OR REPLACE FUNCTION needs_second_factor(owner uuid, session_hash bytea)
RETURNS boolean
LANGUAGE sql STABLE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
  SELECT (EXISTS (SELECT FROM totp_factors WHERE user_id = $1) OR EXISTS (SELECT FROM passkeys WHERE user_id = $1))
     AND NOT EXISTS (
       SELECT FROM session_proofs AS proof
        WHERE proof.session_hash = $2 AND proof.method IN ('totp', 'passkey', 'recovery_code'))
     AND NOT EXISTS (
       SELECT FROM sessions AS session JOIN remembered_browsers AS browser ON browser.user_id = session.user_id AND browser.id_hash = session.browser_hash
        WHERE session.id_hash = $2 AND session.user_id = $1 AND browser.expires_at > now())
$$;
