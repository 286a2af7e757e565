-- Narrows what the runtime role may read and write: no password hashes, no time of an audit event, no other trail.

SET LOCAL lock_timeout = '5s';

-- ── Password hashes ─────────────────────────────────────────────────────────────────────────────────────
-- The runtime role may write a hash and not read one. A column that is added later needs its own GRANT SELECT.
DO $$
DECLARE
  hashed text;
  columns text;
BEGIN
  FOREACH hashed IN ARRAY ARRAY['users', 'registrations'] LOOP
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
     WHERE attrelid = hashed::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'password_hash';
    EXECUTE format('REVOKE SELECT ON %I FROM atrium_runtime', hashed);
    EXECUTE format('GRANT SELECT (%s) ON %I TO atrium_runtime', columns, hashed);
  END LOOP;
END
$$;

-- Returns the user with this email and their hash, for a sign-in.
CREATE FUNCTION find_credential(wanted_email text)
RETURNS TABLE (id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT id, password_hash FROM users WHERE email = wanted_email
$$;

-- Returns whether this is the stored hash of the user in the tenant context, and locks it until the transaction ends:
-- parallel sign-ins do not wait for each other, but a change of password waits for them.
CREATE FUNCTION lock_password_hash(expected text)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT password_hash IS NOT DISTINCT FROM expected FROM users WHERE id = current_user_id() FOR SHARE
$$;

-- Returns the hash of a pending registration to the holder of its link. The table stores the SHA-256 of the token.
CREATE FUNCTION find_registration_password_hash(link_token text)
RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT password_hash FROM registrations WHERE token_hash = sha256(convert_to(link_token, 'UTF8'))
$$;

-- ── Audit events ────────────────────────────────────────────────────────────────────────────────────────
-- created_at is always its default. trail_id is computed from account_id and user_id, which the policies check.
REVOKE INSERT ON "audit_events" FROM atrium_runtime;
GRANT INSERT ("id", "account_id", "user_id", "actor_id", "kind", "target", "target_id", "details", "ip", "user_agent")
  ON "audit_events" TO atrium_runtime;

-- Only the triggers add a trail and a pending event.
ALTER FUNCTION create_account_audit_trail() SECURITY DEFINER;
ALTER FUNCTION create_user_audit_trail() SECURITY DEFINER;
ALTER FUNCTION add_to_audit_pending() SECURITY DEFINER;
REVOKE INSERT ON "audit_trails", "audit_pending" FROM atrium_runtime;

-- ── A user who deletes themselves ───────────────────────────────────────────────────────────────────────
-- That they left is recorded in the trails of their accounts by a function that also removes them, and by no other
-- statement in a user's context.
DROP POLICY "audit_events_of_leaver" ON "audit_events";
CREATE POLICY "audit_events_in_functions" ON "audit_events" FOR INSERT TO CURRENT_USER WITH CHECK (SESSION_USER <> CURRENT_USER);
CREATE POLICY "memberships_left_in_functions" ON "memberships" FOR DELETE TO CURRENT_USER USING (SESSION_USER <> CURRENT_USER);

-- Removes the user in the tenant context from every account, in one statement for each table: deletes the accounts that
-- plan_user_deletion reports as `deleted`, and records in the others that the user left. Returns the recorded events.
CREATE FUNCTION leave_accounts(request_ip text, request_agent text)
RETURNS TABLE (account_id uuid, event_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  plan record;
BEGIN
  SELECT coalesce(array_agg(id) FILTER (WHERE outcome = 'deleted'), '{}') AS deleted,
         coalesce(array_agg(id) FILTER (WHERE outcome = 'kept'), '{}') AS kept
    INTO plan FROM plan_user_deletion(true);
  DELETE FROM accounts WHERE id = ANY (plan.deleted);
  DELETE FROM memberships WHERE user_id = current_user_id() AND account_id = ANY (plan.kept);
  RETURN QUERY
    WITH events AS MATERIALIZED (
      SELECT kept_id, gen_random_uuid() AS id FROM unnest(plan.kept) AS kept_id
    ), recorded AS (
      INSERT INTO audit_events (account_id, id, actor_id, kind, target, target_id, ip, user_agent)
      SELECT events.kept_id, events.id, users.id, 'membership.left', users.email, users.id, request_ip, request_agent
        FROM events, users WHERE users.id = current_user_id()
    )
    SELECT events.kept_id, events.id FROM events;
END
$$;
DROP FUNCTION delete_accounts_with_user();

REVOKE EXECUTE ON FUNCTION find_credential(text), lock_password_hash(text), find_registration_password_hash(text),
  leave_accounts(text, text), create_account_audit_trail(), create_user_audit_trail(), add_to_audit_pending() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_credential(text), lock_password_hash(text), find_registration_password_hash(text),
  leave_accounts(text, text) TO atrium_runtime;
