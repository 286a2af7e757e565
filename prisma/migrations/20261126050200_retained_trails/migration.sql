-- Keeps the audit trail of an erased account, where only the owner role reads it. Deleting a user no longer erases an account
-- before its date.

SET LOCAL lock_timeout = '5s';

-- ── Trails that outlive their account ───────────────────────────────────────────────────────────────────
-- When the account was erased. Since then the trail takes no event, and the runtime role cannot read it.
ALTER TABLE "audit_trails" ADD COLUMN "retained_since" TIMESTAMPTZ(3);
CREATE INDEX "audit_trails_retained_since_idx" ON "audit_trails" ("retained_since") WHERE "retained_since" IS NOT NULL;

-- An event goes with its trail, and a trail with its user, but not with its account. The new constraint is checked past the
-- policies, which hide every row from the owner.
ALTER TABLE "audit_trails" DROP CONSTRAINT "audit_trails_account_id_fkey";
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_account_id_fkey", DROP CONSTRAINT "audit_events_user_id_fkey";
ALTER TABLE "audit_events" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_trail_id_fkey" FOREIGN KEY ("trail_id") REFERENCES "audit_trails" ("id")
  ON DELETE CASCADE ON UPDATE NO ACTION;
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;

CREATE FUNCTION retain_audit_trail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE audit_trails SET retained_since = now() WHERE account_id IN (SELECT id FROM erased);
  RETURN NULL;
END
$$;
CREATE TRIGGER "retain_audit_trail" AFTER DELETE ON "accounts" REFERENCING OLD TABLE AS erased
  FOR EACH STATEMENT EXECUTE FUNCTION retain_audit_trail();

-- A pending event stays readable until the job has appended it to its chain.
DROP POLICY "audit_events_of_account" ON "audit_events";
CREATE POLICY "audit_events_of_account" ON "audit_events"
  USING (
    "account_id" = current_account_id() AND (
      EXISTS (SELECT FROM "accounts" WHERE "id" = current_account_id())
      OR EXISTS (SELECT FROM "audit_pending" WHERE "audit_pending"."trail_id" = "audit_events"."trail_id" AND "event_id" = "audit_events"."id")
    )
  )
  WITH CHECK ("account_id" = current_account_id() AND EXISTS (SELECT FROM "accounts" WHERE "id" = current_account_id()));
-- For `npm run audit:export` and `npm run audit:verify`, which run as the owner.
CREATE POLICY "audit_events_for_operator" ON "audit_events" FOR SELECT TO CURRENT_USER USING ("account_id" = current_account_id());

-- Erases the trails of accounts that were erased at least this long ago, and at least 30 days ago: the runtime role cannot
-- erase a recent one.
CREATE FUNCTION erase_retained_trails(age interval)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  WITH gone AS (
    DELETE FROM audit_trails WHERE retained_since <= now() - greatest(age, interval '30 days') RETURNING id
  )
  SELECT count(*) FROM gone
$$;

-- ── Deleting a user ─────────────────────────────────────────────────────────────────────────────────────
-- Returns the accounts of the user in the tenant context, in the order of their ids, and what deleting the user does to
-- each: `blocking` (others are in it and no one else owns it), `deleted` (no one else is in it) or `kept`. An account that
-- was deleted before is `kept` until its date, whether or not it has another owner.
-- With lock_accounts, no one changes the members of these accounts until the transaction ends. An account that looks
-- empty may have an invitation that is being accepted, which holds the invitation's row: it waits for that, then looks.
DROP FUNCTION plan_user_deletion(boolean);
CREATE FUNCTION plan_user_deletion(lock_accounts boolean DEFAULT false)
RETURNS TABLE (id uuid, name text, slug text, deleted_at timestamptz, outcome text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  IF lock_accounts THEN
    PERFORM FROM accounts AS a JOIN memberships AS own ON own.account_id = a.id
      WHERE own.user_id = current_user_id() ORDER BY a.id FOR NO KEY UPDATE OF a;
    PERFORM FROM invitations AS i JOIN memberships AS own ON own.account_id = i.account_id
      WHERE own.user_id = current_user_id()
        AND NOT EXISTS (SELECT FROM memberships AS other WHERE other.account_id = own.account_id AND other.user_id <> own.user_id)
      ORDER BY i.account_id, i.id FOR UPDATE OF i;
  END IF;
  RETURN QUERY
    SELECT a.id, a.name::text, a.slug, a.deleted_at,
           CASE
             WHEN a.deleted_at IS NOT NULL OR own.role <> 'OWNER' OR EXISTS (
               SELECT FROM memberships AS other WHERE other.account_id = a.id AND other.role = 'OWNER' AND other.user_id <> own.user_id
             ) THEN 'kept'
             WHEN EXISTS (
               SELECT FROM memberships AS other WHERE other.account_id = a.id AND other.user_id <> own.user_id
             ) THEN 'blocking'
             ELSE 'deleted'
           END
      FROM memberships AS own JOIN accounts AS a ON a.id = own.account_id
     WHERE own.user_id = current_user_id()
     ORDER BY a.id;
END
$$;

-- Removes the user in the tenant context from every account, in one statement for each table: deletes the accounts that
-- plan_user_deletion reports as `deleted`, and records in every trail that they were deleted or that the user left. Returns
-- the recorded events.
DROP FUNCTION leave_accounts(text, text);
CREATE FUNCTION leave_accounts(request_ip text, request_agent text)
RETURNS TABLE (account_id uuid, event_id uuid, kind text)
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
  RETURN QUERY
    WITH events AS MATERIALIZED (
      SELECT accounts.id AS account_id, gen_random_uuid() AS id, accounts.name,
             CASE WHEN accounts.id = ANY (plan.deleted) THEN 'account.deleted' ELSE 'membership.left' END AS kind
        FROM accounts WHERE accounts.id = ANY (plan.deleted || plan.kept)
    ), recorded AS (
      INSERT INTO audit_events (account_id, id, actor_id, kind, target, target_id, ip, user_agent)
      SELECT events.account_id, events.id, users.id, events.kind,
             CASE events.kind WHEN 'account.deleted' THEN events.name ELSE users.email END,
             CASE events.kind WHEN 'membership.left' THEN users.id END, request_ip, request_agent
        FROM events, users WHERE users.id = current_user_id()
    )
    SELECT events.account_id, events.id, events.kind FROM events;
  DELETE FROM accounts WHERE id = ANY (plan.deleted);
  DELETE FROM memberships WHERE user_id = current_user_id() AND account_id = ANY (plan.kept);
END
$$;

REVOKE EXECUTE ON FUNCTION retain_audit_trail(), erase_retained_trails(interval), plan_user_deletion(boolean), leave_accounts(text, text)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_retained_trails(interval), plan_user_deletion(boolean), leave_accounts(text, text) TO atrium_runtime;
