-- Renames the tenant context, adds reads across the accounts of one user, and lets the database set updated_at.

-- Every migration begins with this line. A statement that waits for a lock makes all later queries of its table wait
-- behind it; after five seconds the migration fails and changes nothing, and can be run again.
SET LOCAL lock_timeout = '5s';

-- ── Names ───────────────────────────────────────────────────────────────────────────────────────────────
-- The policies refer to these functions by their oid, so they need no change.
ALTER FUNCTION door_account_id() RENAME TO current_account_id;
ALTER FUNCTION door_user_id() RENAME TO current_user_id;

ALTER INDEX "invitations_waiting_key" RENAME TO "invitations_pending_key";
ALTER INDEX "invitations_waiting_idx" RENAME TO "invitations_pending_idx";

ALTER TABLE "audit_seals" RENAME TO "audit_chain";
ALTER TABLE "audit_chain" RENAME CONSTRAINT "audit_seals_pkey" TO "audit_chain_pkey";
ALTER TABLE "audit_chain" RENAME CONSTRAINT "audit_seals_one_trail" TO "audit_chain_one_trail";
ALTER TABLE "audit_chain" RENAME CONSTRAINT "audit_seals_position_counts" TO "audit_chain_position_is_positive";
ALTER TABLE "audit_chain" RENAME CONSTRAINT "audit_seals_hash_is_sha256" TO "audit_chain_hash_is_sha256";
ALTER TABLE "audit_chain" RENAME CONSTRAINT "audit_seals_trail_id_fkey" TO "audit_chain_trail_id_fkey";
ALTER INDEX "audit_seals_event_key" RENAME TO "audit_chain_event_key";
ALTER POLICY "audit_seals_of_account" ON "audit_chain" RENAME TO "audit_chain_of_account";
ALTER POLICY "audit_seals_of_user" ON "audit_chain" RENAME TO "audit_chain_of_user";

ALTER TRIGGER "audit_begin" ON "accounts" RENAME TO "create_audit_trail";
ALTER TRIGGER "audit_begin" ON "users" RENAME TO "create_audit_trail";
ALTER TRIGGER "audit_await_seal" ON "audit_events" RENAME TO "add_to_audit_pending";
ALTER FUNCTION audit_begin_account() RENAME TO create_account_audit_trail;
ALTER FUNCTION audit_begin_user() RENAME TO create_user_audit_trail;
ALTER FUNCTION audit_await_seal() RENAME TO add_to_audit_pending;

-- The job that appends to the chain has a new name; at most one job of the old name is queued.
DO $$
BEGIN
  IF to_regclass('graphile_worker._private_jobs') IS NOT NULL THEN
    PERFORM graphile_worker.remove_job('seal-trails');
  END IF;
END
$$;

-- ── updated_at ──────────────────────────────────────────────────────────────────────────────────────────
-- A trigger, so that every UPDATE sets it by the database's clock, whatever wrote the statement.
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END
$$;
CREATE TRIGGER "set_updated_at" BEFORE UPDATE ON "users" FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER "set_updated_at" BEFORE UPDATE ON "accounts" FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER "set_updated_at" BEFORE UPDATE ON "projects" FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ── Indexes ─────────────────────────────────────────────────────────────────────────────────────────────
-- The list of projects reads the unique index on the name, or the primary key: ids are in order of creation. Whether a
-- project is archived is a filter on those.
DROP INDEX "projects_active_by_name_idx";
DROP INDEX "projects_active_by_age_idx";
DROP INDEX "projects_archived_by_name_idx";
DROP INDEX "projects_archived_by_age_idx";

-- What the hourly cleaning looks for.
CREATE INDEX "accounts_deleted_at_idx" ON "accounts" ("deleted_at") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "invitations_expires_at_idx" ON "invitations" ("expires_at") WHERE "accepted_at" IS NULL AND "revoked_at" IS NULL;

-- ── Reads across accounts ───────────────────────────────────────────────────────────────────────────────
-- The functions below run as their owner, the role that migrates, and row-level security holds for that role too. These
-- policies are for that role alone and apply only inside a function that another role calls: the runtime role cannot use
-- them in its own statements, and the owner sees no row when it signs in itself.
CREATE POLICY "accounts_in_functions" ON "accounts" TO CURRENT_USER USING (SESSION_USER <> CURRENT_USER);
CREATE POLICY "memberships_in_functions" ON "memberships" FOR SELECT TO CURRENT_USER USING (SESSION_USER <> CURRENT_USER);
CREATE POLICY "invitations_in_functions" ON "invitations" TO CURRENT_USER USING (SESSION_USER <> CURRENT_USER);

-- Returns the usable pending invitations of the user in the tenant context, newest first, at most 200: the invitation has
-- not expired, the account is not deleted, and the inviter is still a member. The caller checks the inviter's role.
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
  inviter_name text
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT i.id, i.email, i.role::text, i.expires_at, a.id, a.name, a.slug, m.user_id, m.role::text, coalesce(inviter.name, inviter.email)
    FROM users AS invited
    JOIN invitations AS i ON i.email = invited.email
    JOIN accounts AS a ON a.id = i.account_id
    JOIN memberships AS m ON m.account_id = i.account_id AND m.user_id = i.invited_by
    JOIN users AS inviter ON inviter.id = m.user_id
   WHERE invited.id = current_user_id() AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
     AND a.deleted_at IS NULL AND (wanted_id IS NULL OR i.id = wanted_id)
   ORDER BY i.sent_at DESC, i.id
   LIMIT 200
$$;

-- Returns the accounts of the user in the tenant context, in the order of their ids, and what deleting the user does to
-- each: `blocking` (others are in it and no one else owns it), `deleted` (no one else is in it, or the user, its only
-- owner, has deleted it already) or `kept`.
-- With lock_accounts, no one changes the members of these accounts until the transaction ends. An account that looks
-- empty may have an invitation that is being accepted, which holds the invitation's row: it waits for that, then looks.
CREATE FUNCTION plan_user_deletion(lock_accounts boolean DEFAULT false)
RETURNS TABLE (id uuid, name text, slug text, is_deleted boolean, outcome text)
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
    SELECT a.id, a.name::text, a.slug, a.deleted_at IS NOT NULL,
           CASE
             WHEN own.role <> 'OWNER' OR EXISTS (
               SELECT FROM memberships AS other WHERE other.account_id = a.id AND other.role = 'OWNER' AND other.user_id <> own.user_id
             ) THEN 'kept'
             WHEN a.deleted_at IS NOT NULL OR NOT EXISTS (
               SELECT FROM memberships AS other WHERE other.account_id = a.id AND other.user_id <> own.user_id
             ) THEN 'deleted'
             ELSE 'blocking'
           END
      FROM memberships AS own JOIN accounts AS a ON a.id = own.account_id
     WHERE own.user_id = current_user_id()
     ORDER BY a.id;
END
$$;

-- Deletes the accounts that plan_user_deletion reports as `deleted`, after locking them. Returns how many.
CREATE FUNCTION delete_accounts_with_user()
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  WITH gone AS (
    DELETE FROM accounts WHERE id IN (SELECT id FROM plan_user_deletion(true) WHERE outcome = 'deleted') RETURNING id
  )
  SELECT count(*) FROM gone
$$;

-- A user who deletes themselves records in the trail of each account that they left it.
CREATE POLICY "audit_events_of_leaver" ON "audit_events" FOR INSERT
  WITH CHECK (
    "kind" = 'membership.left' AND "actor_id" = current_user_id()
    AND "account_id" IN (SELECT "account_id" FROM "memberships" WHERE "user_id" = current_user_id())
  );

-- Returns the accounts that were deleted at least this long ago. They are erased one transaction each, because each may
-- be large, and one that fails must not hold up the others.
CREATE FUNCTION list_due_accounts(age interval)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT id FROM accounts WHERE deleted_at <= now() - age ORDER BY deleted_at
$$;

-- Erases pending invitations that expired at least this long ago. Returns how many.
CREATE FUNCTION erase_expired_invitations(age interval)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  WITH gone AS (
    DELETE FROM invitations
     WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at <= now() - greatest(age, interval '0')
    RETURNING id
  )
  SELECT count(*) FROM gone
$$;

REVOKE EXECUTE ON FUNCTION list_pending_invitations(uuid), plan_user_deletion(boolean), delete_accounts_with_user(),
  list_due_accounts(interval), erase_expired_invitations(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_pending_invitations(uuid), plan_user_deletion(boolean), delete_accounts_with_user(),
  list_due_accounts(interval), erase_expired_invitations(interval) TO atrium_runtime;
