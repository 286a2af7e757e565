-- Makes account names unique regardless of characters that look alike (UTS 39).

SET LOCAL lock_timeout = '5s';

-- A random default keeps existing rows, and those that a running earlier release inserts, unique. `npm run db:migrate` then
-- computes the skeletons of existing names, and records in the comment of the column that it has.
ALTER TABLE "accounts"
  ADD COLUMN "displayed_skeleton" TEXT NOT NULL DEFAULT gen_random_uuid()::text,
  ADD COLUMN "folded_skeleton" TEXT NOT NULL DEFAULT gen_random_uuid()::text;
CREATE UNIQUE INDEX "accounts_displayed_skeleton_key" ON "accounts" ("displayed_skeleton");
CREATE UNIQUE INDEX "accounts_folded_skeleton_key" ON "accounts" ("folded_skeleton");

-- Answers whether any account has a name that equals this one or looks like it. See account_name_taken(text), which the
-- earlier release calls.
CREATE FUNCTION account_name_taken(wanted_name_key text, wanted_displayed_skeleton text, wanted_folded_skeleton text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM accounts
     WHERE name_key = wanted_name_key OR displayed_skeleton = wanted_displayed_skeleton OR folded_skeleton = wanted_folded_skeleton
  )
$$;
REVOKE EXECUTE ON FUNCTION account_name_taken(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_name_taken(text, text, text) TO atrium_runtime;
