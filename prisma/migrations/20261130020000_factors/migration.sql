-- Second factors: authenticator apps, recovery codes, and the browsers that are not asked for one.

SET LOCAL lock_timeout = '5s';

-- Identity: a user's authenticator app.
CREATE TABLE "totp_factors" (
  "user_id" UUID NOT NULL,
  "secret" TEXT NOT NULL, -- encrypted with FACTOR_KEY, and bound to the user
  "last_step" BIGINT NOT NULL, -- the time step of the last code that was accepted; it and earlier ones are refused
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "last_used_at" TIMESTAMPTZ(3),

  CONSTRAINT "totp_factors_pkey" PRIMARY KEY ("user_id"),
  CONSTRAINT "totp_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Identity: an authenticator app that is being set up in a session. It ends with the session.
CREATE TABLE "totp_enrollments" (
  "user_id" UUID NOT NULL,
  "session_handle" UUID NOT NULL,
  "secret" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "totp_enrollments_pkey" PRIMARY KEY ("user_id", "session_handle"),
  CONSTRAINT "totp_enrollments_session_fkey" FOREIGN KEY ("user_id", "session_handle")
    REFERENCES "sessions" ("user_id", "handle") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Identity: the recovery codes that a user has left. The key has the SHA-256 of the user's id and the code.
CREATE TABLE "recovery_codes" (
  "user_id" UUID NOT NULL,
  "code_hash" BYTEA NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("user_id", "code_hash"),
  CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Identity: new recovery codes, encrypted, for the session that made them, until its user has saved them.
CREATE TABLE "recovery_code_sheets" (
  "user_id" UUID NOT NULL,
  "session_handle" UUID NOT NULL,
  "codes" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "recovery_code_sheets_pkey" PRIMARY KEY ("user_id", "session_handle"),
  CONSTRAINT "recovery_code_sheets_session_fkey" FOREIGN KEY ("user_id", "session_handle")
    REFERENCES "sessions" ("user_id", "handle") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Identity: a browser in which a user proved a second factor, and is not asked for one again until it expires. The key has the
-- SHA-256 of the secret in its cookie.
CREATE TABLE "remembered_browsers" (
  "user_id" UUID NOT NULL,
  "id_hash" BYTEA NOT NULL,
  "handle" UUID NOT NULL,
  "ip" VARCHAR(45),
  "user_agent" VARCHAR(512),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,

  CONSTRAINT "remembered_browsers_pkey" PRIMARY KEY ("user_id", "id_hash"),
  CONSTRAINT "remembered_browsers_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "remembered_browsers_user_id_handle_key" ON "remembered_browsers" ("user_id", "handle");

GRANT SELECT, INSERT, UPDATE, DELETE ON "totp_factors", "totp_enrollments", "recovery_codes", "recovery_code_sheets",
  "remembered_browsers" TO atrium_runtime;

-- The SHA-256 of the secret of a remembered browser, if the session's browser had one when it signed in.
ALTER TABLE "sessions" ADD COLUMN "browser_hash" BYTEA;

-- Returns whether the user of a session must prove a second factor before the session gives access to anything: they have one,
-- the session has no proof of one, and its browser is not remembered.
CREATE FUNCTION needs_second_factor(owner uuid, session_hash bytea)
RETURNS boolean
LANGUAGE sql STABLE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = $1)
     AND NOT EXISTS (
       SELECT FROM session_proofs AS proof
        WHERE proof.session_hash = $2 AND proof.method IN ('totp', 'passkey', 'recovery_code'))
     AND NOT EXISTS (
       SELECT FROM sessions AS session JOIN remembered_browsers AS browser ON browser.user_id = session.user_id AND browser.id_hash = session.browser_hash
        WHERE session.id_hash = $2 AND session.user_id = $1 AND browser.expires_at > now())
$$;
REVOKE EXECUTE ON FUNCTION needs_second_factor(uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION needs_second_factor(uuid, bytea) TO atrium_runtime;

-- As before, but it does not find the user of a session that needs a second factor. The shell and Home read through it.
CREATE OR REPLACE FUNCTION owner_of_session(session_hash bytea)
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT user_id FROM sessions
   WHERE id_hash = session_hash AND idle_expires_at > now() AND expires_at > now() AND NOT needs_second_factor(user_id, id_hash)
$$;
