-- Lists an account's members by name or by role from an index, however many there are.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "memberships"
  -- What other members call the user, in lower case: a copy, because an index cannot contain a column of another table.
  ADD COLUMN "sort_key" TEXT NOT NULL DEFAULT '',
  -- A number, because row-level security cannot search an index by an enum.
  ADD COLUMN "role_rank" SMALLINT NOT NULL GENERATED ALWAYS AS (CASE "role" WHEN 'OWNER' THEN 1 WHEN 'ADMIN' THEN 2 ELSE 3 END) STORED;

-- As the view "people" and lib/people.ts name a user. Nothing of an unconfirmed user, whose place in the list would tell.
CREATE FUNCTION sort_key_of(member users) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
  SELECT lower(CASE WHEN member.email_verified_at IS NULL THEN 'Unconfirmed user' ELSE coalesce(member.name, member.email) END)
$$;

-- The lock makes a parallel change of the name wait, and update the new row too.
CREATE FUNCTION set_member_sort_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM FROM users WHERE id = NEW.user_id FOR SHARE;
  NEW.sort_key = coalesce((SELECT sort_key_of(users) FROM users WHERE id = NEW.user_id), '');
  RETURN NEW;
END
$$;
CREATE TRIGGER "set_sort_key" BEFORE INSERT ON "memberships" FOR EACH ROW EXECUTE FUNCTION set_member_sort_key();

CREATE POLICY "memberships_renamed_in_functions" ON "memberships" FOR UPDATE TO CURRENT_USER USING (SESSION_USER <> CURRENT_USER);

CREATE FUNCTION update_member_sort_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  UPDATE memberships SET sort_key = sort_key_of(NEW) WHERE user_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER "update_sort_keys" AFTER UPDATE OF "name", "email", "email_verified_at" ON "users"
  FOR EACH ROW WHEN (sort_key_of(OLD) IS DISTINCT FROM sort_key_of(NEW)) EXECUTE FUNCTION update_member_sort_keys();

REVOKE EXECUTE ON FUNCTION set_member_sort_key(), update_member_sort_keys() FROM PUBLIC;

ALTER TABLE "memberships" NO FORCE ROW LEVEL SECURITY;
UPDATE memberships SET sort_key = sort_key_of(users) FROM users WHERE users.id = memberships.user_id;
ALTER TABLE "memberships" FORCE ROW LEVEL SECURITY;

CREATE INDEX "memberships_by_name_idx" ON "memberships" ("account_id", "sort_key", "user_id");
CREATE INDEX "memberships_by_role_and_name_idx" ON "memberships" ("account_id", "role_rank", "sort_key", "user_id");
CREATE INDEX "memberships_by_role_and_time_idx" ON "memberships" ("account_id", "role_rank", "created_at", "user_id");
