-- A reset of second factors allows one sign-in without one, and a reset of a password can be confirmed with a passkey.

SET LOCAL lock_timeout = '5s';

-- Identity: the operator removed a user's factors. The next session is the only one without a factor, until its user adds one.
CREATE TABLE "factor_resets" (
  "user_id" UUID NOT NULL,
  "session_handle" UUID, -- null until the next sign-in. It stays when that session ends
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "factor_resets_pkey" PRIMARY KEY ("user_id"),
  CONSTRAINT "factor_resets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "factor_resets" TO atrium_runtime;

-- As before, and so does a session after the one that a reset allowed.
CREATE OR REPLACE FUNCTION needs_second_factor(owner uuid, session_hash bytea)
RETURNS boolean
LANGUAGE sql STABLE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
  SELECT NOT EXISTS (
           SELECT FROM session_proofs AS proof
            WHERE proof.session_hash = $2 AND proof.method IN ('totp', 'passkey', 'recovery_code'))
     AND (EXISTS (
            SELECT FROM factor_resets AS reset
             WHERE reset.user_id = $1 AND reset.session_handle IS DISTINCT FROM (SELECT handle FROM sessions WHERE id_hash = $2))
       OR (EXISTS (SELECT FROM totp_factors WHERE user_id = $1) OR EXISTS (SELECT FROM passkeys WHERE user_id = $1))
          AND NOT EXISTS (
            SELECT FROM sessions AS session
              JOIN remembered_browsers AS browser ON browser.user_id = session.user_id AND browser.id_hash = session.browser_hash
             WHERE session.id_hash = $2 AND session.user_id = $1 AND browser.expires_at > now()))
$$;

-- A passkey can also confirm a reset of the password, before there is a session.
ALTER TABLE "passkey_challenges" DROP CONSTRAINT "passkey_challenges_purpose_check", DROP CONSTRAINT "passkey_challenges_owner_check";
ALTER TABLE "passkey_challenges"
  ADD CONSTRAINT "passkey_challenges_purpose_check" CHECK ("purpose" IN ('add', 'reset', 'sign-in', 'verify')),
  ADD CONSTRAINT "passkey_challenges_owner_check"
    CHECK (("purpose" IN ('reset', 'sign-in')) = ("user_id" IS NULL) AND ("user_id" IS NULL) = ("session_handle" IS NULL));
