-- Counts the accounts that a user created, also after ownership was transferred, and keeps a reserved email from every other user.

SET LOCAL lock_timeout = '5s';

-- ── Created accounts ────────────────────────────────────────────────────────────────────────────────────
-- Without a foreign key, like audit_events.actor_id: deleting a user must not lock the accounts that they created.
ALTER TABLE "accounts" ADD COLUMN "created_by" UUID;

-- The first of these events is the creator's: an invited user who registers is recorded later.
ALTER TABLE "accounts" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "accounts" DISABLE TRIGGER "set_updated_at";
UPDATE accounts SET created_by = (
  SELECT actor_id FROM audit_events
   WHERE account_id = accounts.id AND kind IN ('account.created', 'user.registered') ORDER BY created_at, id LIMIT 1
);
ALTER TABLE "accounts" ENABLE TRIGGER "set_updated_at";
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;
ALTER TABLE "accounts" FORCE ROW LEVEL SECURITY;

CREATE INDEX "accounts_created_by_idx" ON "accounts" ("created_by");

-- Counts the accounts that a user created and that are not erased, in the transaction that creates one, whose context is the
-- new account.
DROP FUNCTION count_owned_accounts(uuid);
CREATE FUNCTION count_created_accounts(creator_id uuid) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT count(*) FROM accounts WHERE created_by = creator_id
$$;
REVOKE EXECUTE ON FUNCTION count_created_accounts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_created_accounts(uuid) TO atrium_runtime;

-- ── Reserved emails ─────────────────────────────────────────────────────────────────────────────────────
-- While the previous owner of an email can undo its change, the email counts as taken, with the same constraint name. The
-- trigger runs after the unique index has waited for parallel transactions, so it sees the tokens that they committed.
CREATE FUNCTION refuse_reserved_email() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (
    SELECT FROM tokens
     WHERE purpose = 'email-change-undo' AND email = NEW.email AND user_id <> NEW.id AND expires_at > now()
  ) THEN
    RAISE EXCEPTION 'The email is reserved for its previous owner'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'users_email_key', TABLE = 'users', SCHEMA = 'public';
  END IF;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION refuse_reserved_email() FROM PUBLIC;
CREATE TRIGGER "refuse_reserved_email" AFTER INSERT OR UPDATE OF "email" ON "users"
  FOR EACH ROW EXECUTE FUNCTION refuse_reserved_email();
