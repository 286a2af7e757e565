-- How the user of a session proved who they are: one row for each method, with the newest time. It replaces
-- sessions.authenticated_at, which knew the password alone.

SET LOCAL lock_timeout = '5s';

CREATE TABLE "session_proofs" (
  "session_hash" BYTEA NOT NULL,
  "method" TEXT NOT NULL CONSTRAINT "session_proofs_method_check"
    CHECK ("method" IN ('password', 'email', 'totp', 'passkey', 'recovery_code', 'oidc', 'saml')),
  "detail" JSONB NOT NULL DEFAULT '{}' CONSTRAINT "session_proofs_detail_is_object" CHECK (jsonb_typeof("detail") = 'object'),
  "proven_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "session_proofs_pkey" PRIMARY KEY ("session_hash", "method"),
  -- A session that gets a new id keeps its proofs.
  CONSTRAINT "session_proofs_session_hash_fkey" FOREIGN KEY ("session_hash")
    REFERENCES "sessions" ("id_hash") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "session_proofs" TO atrium_runtime;

INSERT INTO "session_proofs" ("session_hash", "method", "proven_at")
  SELECT "id_hash", CASE WHEN "authenticated_at" IS NULL THEN 'email' ELSE 'password' END, coalesce("authenticated_at", "created_at")
    FROM "sessions";

-- As before, with the proofs in place of the time of the password. Their age is by the database's clock.
DROP FUNCTION scope_of(bytea, text);
CREATE FUNCTION scope_of(
  IN session_hash bytea,
  IN wanted_slug text,
  OUT user_id uuid,
  OUT email text,
  OUT name text,
  OUT email_verified_at timestamptz,
  OUT remembered boolean,
  OUT proofs jsonb,
  OUT is_stale boolean,
  OUT account_id uuid,
  OUT account_name text,
  OUT account_slug text,
  OUT role text
)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  SELECT s.user_id, u.email, u.name, u.email_verified_at, s.remembered, s.last_seen_at < now() - interval '5 minutes',
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'method', p.method, 'detail', p.detail, 'ageSeconds', extract(epoch FROM now() - p.proven_at)) ORDER BY p.method), '[]')
            FROM session_proofs AS p WHERE p.session_hash = s.id_hash)
    INTO scope_of.user_id, scope_of.email, scope_of.name, scope_of.email_verified_at, scope_of.remembered, scope_of.is_stale,
         scope_of.proofs
    FROM sessions AS s JOIN users AS u ON u.id = s.user_id
   WHERE s.id_hash = scope_of.session_hash AND s.idle_expires_at > now() AND s.expires_at > now();
  IF NOT FOUND THEN
    RETURN;
  END IF;

  IF wanted_slug IS NOT NULL THEN
    PERFORM set_config('app.user_id', scope_of.user_id::text, true);
    SELECT a.id, a.name, a.slug, m.role::text
      INTO scope_of.account_id, scope_of.account_name, scope_of.account_slug, scope_of.role
      FROM accounts AS a JOIN memberships AS m ON m.account_id = a.id
     WHERE a.slug = wanted_slug AND a.deleted_at IS NULL AND m.user_id = scope_of.user_id;
    PERFORM set_config('app.user_id', '', true);
  END IF;
  RETURN NEXT;
END
$$;
REVOKE EXECUTE ON FUNCTION scope_of(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope_of(bytea, text) TO atrium_runtime;

ALTER TABLE "sessions" DROP COLUMN "authenticated_at";
