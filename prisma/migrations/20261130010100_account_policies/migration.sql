-- What an account asks of its members beyond their role. An account without a row asks for nothing.

SET LOCAL lock_timeout = '5s';

CREATE TABLE "account_policies" (
  "account_id" UUID NOT NULL,
  "second_factor" TEXT NOT NULL DEFAULT 'none' CONSTRAINT "account_policies_second_factor_check"
    CHECK ("second_factor" IN ('none', 'admins', 'everyone')),
  -- A recovery code always counts, so that a user who loses their factors can get in.
  "factor_methods" TEXT[] NOT NULL DEFAULT '{totp,passkey}' CONSTRAINT "account_policies_factor_methods_check"
    CHECK ("factor_methods" <@ '{totp,passkey}'::text[] AND cardinality("factor_methods") > 0),
  -- Null: the limit of the app, which an account can only shorten.
  "recent_auth_minutes" SMALLINT CONSTRAINT "account_policies_recent_auth_check" CHECK ("recent_auth_minutes" BETWEEN 1 AND 10),
  "idle_minutes" INTEGER CONSTRAINT "account_policies_idle_check" CHECK ("idle_minutes" BETWEEN 15 AND 20160),
  "absolute_hours" INTEGER CONSTRAINT "account_policies_absolute_check" CHECK ("absolute_hours" BETWEEN 1 AND 1440),
  "email_domains" TEXT[] NOT NULL DEFAULT '{}',
  "ip_ranges" CIDR[] NOT NULL DEFAULT '{}',
  "remembered_browsers" BOOLEAN NOT NULL DEFAULT true,
  "member_api_keys" BOOLEAN NOT NULL DEFAULT true,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "account_policies_pkey" PRIMARY KEY ("account_id"),
  CONSTRAINT "account_policies_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TRIGGER "set_updated_at" BEFORE UPDATE ON "account_policies" FOR EACH ROW EXECUTE FUNCTION set_updated_at();

GRANT SELECT, INSERT, UPDATE, DELETE ON "account_policies" TO atrium_runtime;
ALTER TABLE "account_policies" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "account_policies" FORCE ROW LEVEL SECURITY;
CREATE POLICY "account_policies_of_account" ON "account_policies"
  USING ("account_id" = current_account_id()) WITH CHECK ("account_id" = current_account_id());
-- A member reads the policies of their accounts, for scope_of.
CREATE POLICY "account_policies_of_user" ON "account_policies" FOR SELECT
  USING (EXISTS (
    SELECT FROM "memberships"
     WHERE "memberships"."account_id" = "account_policies"."account_id" AND "memberships"."user_id" = current_user_id()
  ));
CREATE POLICY "account_policies_in_functions" ON "account_policies" FOR SELECT TO CURRENT_USER USING (SESSION_USER <> CURRENT_USER);

-- The longest time that a session was unused since its user last proved who they are: using it again does not shorten it.
ALTER TABLE "sessions" ADD COLUMN "longest_idle_seconds" INTEGER NOT NULL DEFAULT 0;

-- Returns the policy of an account as JSON, or null. The caller's row-level security holds.
CREATE FUNCTION account_policy_json(wanted_account uuid)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
  SELECT jsonb_build_object(
           'secondFactor', second_factor, 'factorMethods', factor_methods, 'recentAuthMinutes', recent_auth_minutes,
           'idleMinutes', idle_minutes, 'absoluteHours', absolute_hours, 'emailDomains', email_domains,
           'ipRanges', ip_ranges::text[], 'rememberedBrowsers', remembered_browsers, 'memberApiKeys', member_api_keys)
    FROM account_policies WHERE account_id = wanted_account
$$;

-- As before, with the account's policy, and how long the session was unused.
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
  OUT policy jsonb
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
   WHERE s.id_hash = scope_of.session_hash AND s.idle_expires_at > now() AND s.expires_at > now();
  IF NOT FOUND THEN
    RETURN;
  END IF;

  IF wanted_slug IS NOT NULL THEN
    PERFORM set_config('app.user_id', scope_of.user_id::text, true);
    SELECT a.id, a.name, a.slug, m.role::text, account_policy_json(a.id)
      INTO scope_of.account_id, scope_of.account_name, scope_of.account_slug, scope_of.role, scope_of.policy
      FROM accounts AS a JOIN memberships AS m ON m.account_id = a.id
     WHERE a.slug = wanted_slug AND a.deleted_at IS NULL AND m.user_id = scope_of.user_id;
    PERFORM set_config('app.user_id', '', true);
  END IF;
  RETURN NEXT;
END
$$;

-- As before, with each account's policy.
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
          SELECT a.id, a.name, a.slug, m.role, a.name_key AS "nameKey"
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

REVOKE EXECUTE ON FUNCTION scope_of(bytea, text), account_policy_json(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope_of(bytea, text), account_policy_json(uuid) TO atrium_runtime;
