-- A remembered browser is as old as the factor that was proved in it.

SET LOCAL lock_timeout = '5s';

-- Returns the proofs of a session as JSON. In a remembered browser, that is also the code that was proved there. It is as old as
-- that code: signing in again does not renew it.
CREATE FUNCTION proofs_of_session(session_hash bytea)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'method', proof.method, 'detail', proof.detail, 'ageSeconds', extract(epoch FROM now() - proof.proven_at)) ORDER BY proof.method), '[]')
    FROM (
      SELECT method, detail, proven_at FROM session_proofs AS own WHERE own.session_hash = $1
      UNION ALL
      SELECT 'totp', '{"remembered": true}', browser.created_at
        FROM sessions AS session
        JOIN remembered_browsers AS browser ON browser.user_id = session.user_id AND browser.id_hash = session.browser_hash
       WHERE session.id_hash = $1 AND browser.expires_at > now()
         AND NOT EXISTS (SELECT FROM session_proofs AS own WHERE own.session_hash = $1 AND own.method = 'totp')
    ) AS proof
$$;
REVOKE EXECUTE ON FUNCTION proofs_of_session(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION proofs_of_session(bytea) TO atrium_runtime;

-- As before, with the proof of a remembered browser.
CREATE OR REPLACE FUNCTION scope_of(
  IN session_hash bytea,
  IN wanted_slug text,
  OUT user_id uuid,
  OUT email text,
  OUT name text,
  OUT email_verified_at timestamptz,
  OUT remembered boolean,
  OUT proofs jsonb,
  OUT idle_seconds double precision,
  OUT is_stale boolean,
  OUT account_id uuid,
  OUT account_name text,
  OUT account_slug text,
  OUT role text,
  OUT policy jsonb,
  OUT is_account_suspended boolean
)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE SECURITY INVOKER ROWS 1
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  SELECT s.user_id, u.email, u.name, u.email_verified_at, s.remembered, s.last_seen_at < now() - interval '5 minutes',
         greatest(s.longest_idle_seconds, extract(epoch FROM now() - s.last_seen_at)), proofs_of_session(s.id_hash)
    INTO scope_of.user_id, scope_of.email, scope_of.name, scope_of.email_verified_at, scope_of.remembered, scope_of.is_stale,
         scope_of.idle_seconds, scope_of.proofs
    FROM sessions AS s JOIN users AS u ON u.id = s.user_id
   WHERE s.id_hash = scope_of.session_hash AND s.idle_expires_at > now() AND s.expires_at > now() AND u.suspended_at IS NULL;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  scope_of.is_account_suspended := false;
  IF wanted_slug IS NOT NULL THEN
    PERFORM set_config('app.user_id', scope_of.user_id::text, true);
    SELECT a.id, a.name, a.slug, m.role::text, account_policy_json(a.id), a.suspended_at IS NOT NULL
      INTO scope_of.account_id, scope_of.account_name, scope_of.account_slug, scope_of.role, scope_of.policy,
           scope_of.is_account_suspended
      FROM accounts AS a JOIN memberships AS m ON m.account_id = a.id
     WHERE a.slug = wanted_slug AND a.deleted_at IS NULL AND m.user_id = scope_of.user_id;
    PERFORM set_config('app.user_id', '', true);
    scope_of.is_account_suspended := coalesce(scope_of.is_account_suspended, false);
    IF scope_of.is_account_suspended THEN
      scope_of.account_id := NULL;
      scope_of.account_name := NULL;
      scope_of.account_slug := NULL;
      scope_of.role := NULL;
      scope_of.policy := NULL;
    END IF;
  END IF;
  RETURN NEXT;
END
$$;
