-- Home and the account switcher say which accounts are suspended.

SET LOCAL lock_timeout = '5s';

-- As before, with whether each account is suspended.
DROP FUNCTION list_switcher_accounts(bytea, text, integer);
CREATE FUNCTION list_switcher_accounts(session_hash bytea, current_slug text, max_accounts integer)
RETURNS TABLE (id uuid, name text, slug text, role text, is_suspended boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT chosen.id, chosen.name, chosen.slug, chosen.role, chosen.is_suspended
    FROM (
      SELECT a.id, a.name::text, a.slug, m.role::text, a.name_key, a.suspended_at IS NOT NULL AS is_suspended
        FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
       WHERE m.user_id = (SELECT owner_of_session(session_hash)) AND a.deleted_at IS NULL
       ORDER BY a.slug = current_slug DESC, a.name_key
       LIMIT max_accounts
    ) AS chosen
   ORDER BY chosen.name_key
$$;
REVOKE EXECUTE ON FUNCTION list_switcher_accounts(bytea, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_switcher_accounts(bytea, text, integer) TO atrium_runtime;

-- As before, with whether each account is suspended.
CREATE OR REPLACE FUNCTION home_of(session_hash bytea, search text, after_key text, max_accounts integer, restorable_for interval)
RETURNS TABLE (accounts jsonb, deleted jsonb, invitations jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  owner uuid := owner_of_session(session_hash);
BEGIN
  PERFORM set_config('app.user_id', coalesce(owner::text, ''), true); -- for list_pending_invitations
  RETURN QUERY SELECT
    (SELECT coalesce(jsonb_agg(shown ORDER BY shown."nameKey"), '[]') FROM (
      SELECT page.*,
             account_policy_json(page.id) AS policy,
             (SELECT count(*) FROM memberships AS member WHERE member.account_id = page.id) AS members,
             (SELECT event.created_at FROM audit_events AS event
               WHERE event.trail_id = page.id ORDER BY event.created_at DESC, event.id DESC LIMIT 1) AS "activeAt"
        FROM (
          SELECT a.id, a.name, a.slug, m.role, a.name_key AS "nameKey", a.suspended_at IS NOT NULL AS "isSuspended"
            FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
           WHERE m.user_id = owner AND a.deleted_at IS NULL AND a.name_key > after_key AND strpos(a.name_key, search) > 0
           ORDER BY a.name_key
           LIMIT max_accounts
        ) AS page
    ) AS shown),
    (SELECT coalesce(jsonb_agg(gone ORDER BY gone.until DESC), '[]') FROM (
      SELECT a.id, a.name, m.role, a.deleted_at + restorable_for AS until
        FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
       WHERE m.user_id = owner AND a.deleted_at > now() - restorable_for
       ORDER BY a.deleted_at DESC
       LIMIT max_accounts
    ) AS gone),
    (SELECT coalesce(jsonb_agg(pending), '[]') FROM list_pending_invitations() AS pending);
  PERFORM set_config('app.user_id', '', true);
END
$$;
