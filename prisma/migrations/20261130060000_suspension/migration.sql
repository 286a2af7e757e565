-- Suspension of a user or an account by the operator, and what the operator's commands call.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "users" ADD COLUMN "suspended_at" TIMESTAMPTZ(3);
GRANT SELECT ("suspended_at") ON "users" TO atrium_runtime;
ALTER TABLE "accounts" ADD COLUMN "suspended_at" TIMESTAMPTZ(3);

-- As before, but it does not find the session of a suspended user. Of a suspended account it returns only that it is suspended,
-- so that no scope of it exists.
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
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  SELECT s.user_id, u.email, u.name, u.email_verified_at, s.remembered, s.last_seen_at < now() - interval '5 minutes',
         greatest(s.longest_idle_seconds, extract(epoch FROM now() - s.last_seen_at)),
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'method', p.method, 'detail', p.detail, 'ageSeconds', extract(epoch FROM now() - p.proven_at)) ORDER BY p.method), '[]')
            FROM session_proofs AS p WHERE p.session_hash = s.id_hash)
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

-- As before, but it does not find a suspended user. The shell and Home read through it.
CREATE OR REPLACE FUNCTION owner_of_session(session_hash bytea)
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT user_id FROM sessions
   WHERE id_hash = session_hash AND idle_expires_at > now() AND expires_at > now() AND NOT needs_second_factor(user_id, id_hash)
     AND NOT EXISTS (SELECT FROM users WHERE users.id = sessions.user_id AND users.suspended_at IS NOT NULL)
$$;

-- ── The operator's commands ─────────────────────────────────────────────────────────────────────────────
-- They run as the owner role, to which row-level security applies, too, so each sets the tenant context. The runtime role may
-- not call them.

-- Ends the sessions of a user, of an account's members, or, with neither, of everyone, and records it in each user's trail.
CREATE FUNCTION operator_end_sessions(of_user uuid, of_account uuid)
RETURNS TABLE (users integer, sessions integer)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  members uuid[];
  ended record;
BEGIN
  users := 0;
  sessions := 0;
  IF of_account IS NOT NULL THEN
    PERFORM set_config('app.account_id', of_account::text, true);
    members := ARRAY(SELECT user_id FROM memberships WHERE account_id = of_account);
    PERFORM set_config('app.account_id', '', true);
  END IF;
  FOR ended IN
    WITH gone AS (
      DELETE FROM sessions
       WHERE (of_user IS NULL OR user_id = of_user) AND (of_account IS NULL OR user_id = ANY (members))
      RETURNING user_id
    )
    SELECT user_id, count(*)::integer AS count FROM gone GROUP BY user_id
  LOOP
    PERFORM set_config('app.user_id', ended.user_id::text, true);
    INSERT INTO audit_events (id, user_id, kind, details)
    VALUES (gen_random_uuid(), ended.user_id, 'sessions.ended', jsonb_build_object('count', ended.count, 'by', 'operator'));
    users := users + 1;
    sessions := sessions + ended.count;
  END LOOP;
  PERFORM set_config('app.user_id', '', true);
  RETURN NEXT;
END
$$;

-- Suspends a user, or lifts the suspension, and ends their sessions. Returns whether it changed anything.
CREATE FUNCTION operator_suspend_user(wanted_user uuid, suspend boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE users SET suspended_at = CASE WHEN suspend THEN now() END WHERE id = wanted_user AND (suspended_at IS NULL) = suspend;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM operator_end_sessions(wanted_user, NULL);
  PERFORM set_config('app.user_id', wanted_user::text, true);
  INSERT INTO audit_events (id, user_id, kind)
  VALUES (gen_random_uuid(), wanted_user, CASE WHEN suspend THEN 'user.suspended' ELSE 'user.unsuspended' END);
  PERFORM set_config('app.user_id', '', true);
  RETURN true;
END
$$;

-- Suspends an account, or lifts the suspension. Its members keep their sessions and their other accounts. Returns as above.
CREATE FUNCTION operator_suspend_account(wanted_account uuid, suspend boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
DECLARE
  is_changed boolean;
BEGIN
  PERFORM set_config('app.account_id', wanted_account::text, true);
  UPDATE accounts SET suspended_at = CASE WHEN suspend THEN now() END WHERE id = wanted_account AND (suspended_at IS NULL) = suspend;
  is_changed := FOUND;
  IF is_changed THEN
    INSERT INTO audit_events (id, account_id, kind)
    VALUES (gen_random_uuid(), wanted_account, CASE WHEN suspend THEN 'account.suspended' ELSE 'account.unsuspended' END);
  END IF;
  PERFORM set_config('app.account_id', '', true);
  RETURN is_changed;
END
$$;

-- Returns the accounts with this id, slug, or name. It looks at one account at a time, because no role sees several.
CREATE FUNCTION operator_find_accounts(wanted text)
RETURNS TABLE (id uuid, name text, slug text)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  candidate uuid;
BEGIN
  FOR candidate IN SELECT account_id FROM audit_trails WHERE account_id IS NOT NULL LOOP
    PERFORM set_config('app.account_id', candidate::text, true);
    RETURN QUERY
      SELECT a.id, a.name::text, a.slug FROM accounts AS a
       WHERE a.id = candidate AND (a.id::text = lower(wanted) OR a.slug = wanted OR a.name = wanted);
  END LOOP;
  PERFORM set_config('app.account_id', '', true);
END
$$;

REVOKE EXECUTE ON FUNCTION scope_of(bytea, text), operator_end_sessions(uuid, uuid), operator_suspend_user(uuid, boolean),
  operator_suspend_account(uuid, boolean), operator_find_accounts(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope_of(bytea, text) TO atrium_runtime;
