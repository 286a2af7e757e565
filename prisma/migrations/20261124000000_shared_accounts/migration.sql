-- Accounts shared by people: invitations, the offer of ownership, projects, and accounts that can be deleted and restored.

-- ── Accounts ────────────────────────────────────────────────────────────────────────────────────────────
-- A deleted account is gone for everyone at the next request, and its name stays taken until it is erased.
ALTER TABLE "accounts" ADD COLUMN "deleted_at" TIMESTAMPTZ(3);

-- ── Memberships ─────────────────────────────────────────────────────────────────────────────────────────
-- An offer of ownership stands on the membership of whom it is offered to, and goes with whoever offered it.
ALTER TABLE "memberships"
  ADD COLUMN "ownership_offered_by" UUID,
  ADD COLUMN "ownership_offered_at" TIMESTAMPTZ(3),
  ADD CONSTRAINT "memberships_ownership_offered_by_fkey" FOREIGN KEY ("account_id", "ownership_offered_by")
    REFERENCES "memberships" ("account_id", "user_id") ON DELETE SET NULL ("ownership_offered_by") ON UPDATE CASCADE;
CREATE INDEX "memberships_ownership_offered_by_idx" ON "memberships" ("account_id", "ownership_offered_by")
  WHERE "ownership_offered_by" IS NOT NULL;
-- The page of members, in the order they came; and the owners, of whom there must be one.
CREATE INDEX "memberships_by_time_idx" ON "memberships" ("account_id", "created_at", "user_id") INCLUDE ("role", "ownership_offered_by", "ownership_offered_at");
CREATE INDEX "memberships_owners_idx" ON "memberships" ("account_id", "user_id") WHERE "role" = 'OWNER';

-- ── Invitations ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE "invitations" (
  "account_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "email" VARCHAR(254) NOT NULL,
  "role" "role" NOT NULL,
  "invited_by" UUID,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "sent_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "accepted_at" TIMESTAMPTZ(3),
  "revoked_at" TIMESTAMPTZ(3),

  CONSTRAINT "invitations_pkey" PRIMARY KEY ("account_id", "id"),
  CONSTRAINT "invitations_email_normalised" CHECK ("email" = lower("email")),
  CONSTRAINT "invitations_one_end" CHECK (num_nonnulls("accepted_at", "revoked_at") <= 1),
  CONSTRAINT "invitations_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "invitations_invited_by_fkey" FOREIGN KEY ("account_id", "invited_by")
    REFERENCES "memberships" ("account_id", "user_id") ON DELETE SET NULL ("invited_by") ON UPDATE CASCADE
);
-- One invitation waits for an address in an account, however often it is sent.
CREATE UNIQUE INDEX "invitations_waiting_key" ON "invitations" ("account_id", "email") WHERE "accepted_at" IS NULL AND "revoked_at" IS NULL;
CREATE INDEX "invitations_waiting_idx" ON "invitations" ("account_id", "id") WHERE "accepted_at" IS NULL AND "revoked_at" IS NULL;
CREATE INDEX "invitations_for_email_idx" ON "invitations" ("email") WHERE "accepted_at" IS NULL AND "revoked_at" IS NULL;
CREATE INDEX "invitations_invited_by_idx" ON "invitations" ("account_id", "invited_by") WHERE "invited_by" IS NOT NULL;

-- ── Tokens ──────────────────────────────────────────────────────────────────────────────────────────────
-- Identity: what a link in a mail proves. The key is the SHA-256 of what the link carries; it is used by DELETE … RETURNING, once.
CREATE TABLE "tokens" (
  "hash" BYTEA NOT NULL,
  "purpose" VARCHAR(32) NOT NULL,
  "email" VARCHAR(254) NOT NULL,
  "user_id" UUID,
  "account_id" UUID,
  "invitation_id" UUID,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,

  CONSTRAINT "tokens_pkey" PRIMARY KEY ("hash"),
  CONSTRAINT "tokens_hash_is_sha256" CHECK (octet_length("hash") = 32),
  CONSTRAINT "tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "tokens_invitation_fkey" FOREIGN KEY ("account_id", "invitation_id")
    REFERENCES "invitations" ("account_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "tokens_invitation_idx" ON "tokens" ("account_id", "invitation_id") WHERE "invitation_id" IS NOT NULL;
CREATE INDEX "tokens_user_id_idx" ON "tokens" ("user_id") WHERE "user_id" IS NOT NULL;

-- ── Projects ────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE "projects" (
  "account_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "name_key" TEXT NOT NULL,
  "created_by" UUID, -- no reference: to take a member out would then be to write to all that they made
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "archived_at" TIMESTAMPTZ(3),

  CONSTRAINT "projects_pkey" PRIMARY KEY ("account_id", "id"),
  CONSTRAINT "projects_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "projects_name_key_key" ON "projects" ("account_id", "name_key");
-- One index for each way the list is shown, with all that a row of it shows. Ids are in the order of creation.
CREATE INDEX "projects_active_by_name_idx" ON "projects" ("account_id", "name_key") INCLUDE ("id", "name", "created_by", "created_at", "archived_at")
  WHERE "archived_at" IS NULL;
CREATE INDEX "projects_active_by_age_idx" ON "projects" ("account_id", "id") INCLUDE ("name_key", "name", "created_by", "created_at", "archived_at")
  WHERE "archived_at" IS NULL;
CREATE INDEX "projects_archived_by_name_idx" ON "projects" ("account_id", "name_key") INCLUDE ("id", "name", "created_by", "created_at", "archived_at")
  WHERE "archived_at" IS NOT NULL;
CREATE INDEX "projects_archived_by_age_idx" ON "projects" ("account_id", "id") INCLUDE ("name_key", "name", "created_by", "created_at", "archived_at")
  WHERE "archived_at" IS NOT NULL;

-- ── Grants and row-level security ───────────────────────────────────────────────────────────────────────
GRANT SELECT, INSERT, UPDATE, DELETE ON "invitations", "projects", "tokens" TO atrium_runtime;

ALTER TABLE "invitations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "invitations" FORCE ROW LEVEL SECURITY;
ALTER TABLE "projects" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "projects" FORCE ROW LEVEL SECURITY;

CREATE POLICY "invitations_of_account" ON "invitations"
  USING ("account_id" = door_account_id()) WITH CHECK ("account_id" = door_account_id());
CREATE POLICY "projects_of_account" ON "projects"
  USING ("account_id" = door_account_id()) WITH CHECK ("account_id" = door_account_id());

-- Through the person's door: the invitations that wait for their address, to read.
CREATE POLICY "invitations_of_user" ON "invitations" FOR SELECT
  USING (
    "accepted_at" IS NULL AND "revoked_at" IS NULL
    AND "email" = (SELECT "users"."email" FROM "users" WHERE "users"."id" = door_user_id())
  );

-- ── Scope ───────────────────────────────────────────────────────────────────────────────────────────────
-- As before, and a deleted account is like one that never was.
CREATE OR REPLACE FUNCTION scope_of(
  IN session_hash bytea,
  IN wanted_slug text,
  OUT user_id uuid,
  OUT email text,
  OUT name text,
  OUT email_verified_at timestamptz,
  OUT remembered boolean,
  OUT authenticated_at timestamptz,
  OUT is_stale boolean,
  OUT account_id uuid,
  OUT account_name text,
  OUT account_slug text,
  OUT role text
)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  SELECT s.user_id, u.email, u.name, u.email_verified_at, s.remembered, s.authenticated_at,
         s.last_seen_at < now() - interval '5 minutes'
    INTO scope_of.user_id, scope_of.email, scope_of.name, scope_of.email_verified_at, scope_of.remembered,
         scope_of.authenticated_at, scope_of.is_stale
    FROM sessions AS s JOIN users AS u ON u.id = s.user_id
   WHERE s.id_hash = session_hash AND s.idle_expires_at > now() AND s.expires_at > now();
  IF NOT FOUND THEN
    RETURN;
  END IF;

  IF wanted_slug IS NOT NULL THEN
    PERFORM set_config('app.user_id', scope_of.user_id::text, true);
    SELECT a.id, a.name, a.slug, m.role::text
      INTO scope_of.account_id, scope_of.account_name, scope_of.account_slug, scope_of.role
      FROM accounts AS a JOIN memberships AS m ON m.account_id = a.id
     WHERE a.slug = wanted_slug AND a.deleted_at IS NULL AND m.user_id = scope_of.user_id;
    PERFORM set_config('app.user_id', '', true);
  END IF;
  RETURN NEXT;
END
$$;
