-- Shows a pending offer of ownership on Home. The new key is in the JSON, which earlier versions of the app ignore.

SET LOCAL lock_timeout = '5s';

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
               WHERE event.trail_id = page.id ORDER BY event.created_at DESC, event.id DESC LIMIT 1) AS "activeAt",
             -- As in lib/memberships/ownership.ts: for seven days, and only while the owner keeps the role.
             (SELECT jsonb_build_object('offererName', coalesce(u.name, u.email), 'expiresAt', mine.ownership_offered_at + interval '7 days')
                FROM memberships AS mine
                JOIN memberships AS theirs ON theirs.account_id = mine.account_id AND theirs.user_id = mine.ownership_offered_by
                JOIN users AS u ON u.id = theirs.user_id AND u.email_verified_at IS NOT NULL
               WHERE mine.account_id = page.id AND mine.user_id = owner AND theirs.role = 'OWNER'
                 AND mine.ownership_offered_at > now() - interval '7 days') AS offer
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
