-- An unconfirmed email is a claim: others do not see it, and invitations to it are neither listed nor accepted.

SET LOCAL lock_timeout = '5s';

-- Users as others see them: a user whose email is not confirmed has neither an email nor a name.
CREATE VIEW "people" WITH (security_invoker = true) AS
  SELECT "id",
         CASE WHEN "email_verified_at" IS NOT NULL THEN "email" END AS "email",
         CASE WHEN "email_verified_at" IS NOT NULL THEN "name" END AS "name"
    FROM "users";
GRANT SELECT ON "people" TO atrium_runtime;

ALTER POLICY "invitations_of_user" ON "invitations"
  USING (
    "accepted_at" IS NULL AND "revoked_at" IS NULL
    AND "email" = (
      SELECT "users"."email" FROM "users" WHERE "users"."id" = current_user_id() AND "users"."email_verified_at" IS NOT NULL
    )
  );

-- As before, for a user and an inviter whose emails are confirmed. It also returns when the inviter's was.
DROP FUNCTION list_pending_invitations(uuid);
CREATE FUNCTION list_pending_invitations(wanted_id uuid DEFAULT NULL)
RETURNS TABLE (
  id uuid,
  email text,
  role text,
  expires_at timestamptz,
  account_id uuid,
  account_name text,
  account_slug text,
  inviter_id uuid,
  inviter_role text,
  inviter_name text,
  inviter_confirmed_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT i.id, i.email, i.role::text, i.expires_at, a.id, a.name, a.slug, m.user_id, m.role::text,
         coalesce(inviter.name, inviter.email), inviter.email_verified_at
    FROM users AS invited
    JOIN invitations AS i ON i.email = invited.email
    JOIN accounts AS a ON a.id = i.account_id
    JOIN memberships AS m ON m.account_id = i.account_id AND m.user_id = i.invited_by
    JOIN users AS inviter ON inviter.id = m.user_id AND inviter.email_verified_at IS NOT NULL
   WHERE invited.id = current_user_id() AND invited.email_verified_at IS NOT NULL
     AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
     AND a.deleted_at IS NULL AND (wanted_id IS NULL OR i.id = wanted_id)
   ORDER BY i.sent_at DESC, i.id
   LIMIT 200
$$;
REVOKE EXECUTE ON FUNCTION list_pending_invitations(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_pending_invitations(uuid) TO atrium_runtime;
