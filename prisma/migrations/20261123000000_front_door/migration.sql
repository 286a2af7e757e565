-- The front door: people, their sessions, their accounts, and the two locks that keep accounts apart.

-- ── Roles ───────────────────────────────────────────────────────────────────────────────────────────────
-- The owner role runs this file. The server signs in as a login role that is a member of atrium_runtime and
-- of nothing else; `npm run db:migrate` creates that login role from DATABASE_URL. Roles belong to the whole
-- cluster, so another database may have made this one already, perhaps at this very moment.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atrium_runtime') THEN
    CREATE ROLE atrium_runtime NOLOGIN NOINHERIT;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO atrium_runtime;

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────
CREATE TYPE "role" AS ENUM ('OWNER', 'ADMIN', 'MEMBER');

CREATE TABLE "users" (
  "id" UUID NOT NULL,
  "email" VARCHAR(254) NOT NULL,
  "name" VARCHAR(80),
  "password_hash" TEXT,
  "email_verified_at" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "users_email_normalised" CHECK ("email" = lower("email"))
);
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");

CREATE TABLE "sessions" (
  "id_hash" BYTEA NOT NULL,
  "user_id" UUID NOT NULL,
  "remembered" BOOLEAN NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "authenticated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "ip" VARCHAR(45),
  "user_agent" VARCHAR(512),

  CONSTRAINT "sessions_pkey" PRIMARY KEY ("id_hash"),
  CONSTRAINT "sessions_id_hash_is_sha256" CHECK (octet_length("id_hash") = 32),
  CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "sessions_user_id_idx" ON "sessions" ("user_id");

CREATE TABLE "identities" (
  "provider" TEXT NOT NULL,
  "provider_account_id" TEXT NOT NULL,
  "user_id" UUID NOT NULL,
  "type" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "identities_pkey" PRIMARY KEY ("provider", "provider_account_id"),
  CONSTRAINT "identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "identities_user_id_idx" ON "identities" ("user_id");

CREATE TABLE "accounts" (
  "id" UUID NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "name_key" TEXT NOT NULL,
  "slug" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "accounts_name_key_key" ON "accounts" ("name_key");
CREATE UNIQUE INDEX "accounts_slug_key" ON "accounts" ("slug");

CREATE TABLE "memberships" (
  "account_id" UUID NOT NULL,
  "user_id" UUID NOT NULL,
  "role" "role" NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "memberships_pkey" PRIMARY KEY ("account_id", "user_id"),
  CONSTRAINT "memberships_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "memberships_user_id_idx" ON "memberships" ("user_id");

-- An event stands in one trail: an account's, or a person's own. The trail is part of the key, as the tenant
-- is in every tenant table; it is computed, so it cannot contradict the columns that the policies judge.
CREATE TABLE "audit_events" (
  "trail_id" UUID NOT NULL GENERATED ALWAYS AS (COALESCE("account_id", "user_id")) STORED,
  "id" UUID NOT NULL,
  "account_id" UUID,
  "user_id" UUID,
  "actor_id" UUID,
  "kind" VARCHAR(64) NOT NULL,
  "target" TEXT,
  "details" JSONB NOT NULL DEFAULT '{}',
  "ip" VARCHAR(45),
  "user_agent" VARCHAR(512),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "audit_events_pkey" PRIMARY KEY ("trail_id", "id"),
  CONSTRAINT "audit_events_one_trail" CHECK (num_nonnulls("account_id", "user_id") = 1),
  CONSTRAINT "audit_events_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "audit_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "audit_events_account_id_idx" ON "audit_events" ("account_id");
CREATE INDEX "audit_events_user_id_idx" ON "audit_events" ("user_id");

-- ── Grants ──────────────────────────────────────────────────────────────────────────────────────────────
GRANT SELECT, INSERT, UPDATE, DELETE ON "users", "sessions", "identities", "accounts", "memberships" TO atrium_runtime;
GRANT SELECT, INSERT ON "audit_events" TO atrium_runtime;

-- ── Row-level security ──────────────────────────────────────────────────────────────────────────────────
-- Two variables, one for each door of lib/db.ts. With neither set, a tenant table shows no row and takes none.
-- Never set both in one transaction: policies are OR-ed, and a list of members would gain other accounts' rows.
CREATE FUNCTION door_account_id() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('app.account_id', true), '')::uuid;
CREATE FUNCTION door_user_id() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('app.user_id', true), '')::uuid;

ALTER TABLE "accounts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "accounts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "memberships" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "memberships" FORCE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;

-- Through the account's door: everything of that account, to read and to write.
CREATE POLICY "accounts_of_account" ON "accounts"
  USING ("id" = door_account_id()) WITH CHECK ("id" = door_account_id());
CREATE POLICY "memberships_of_account" ON "memberships"
  USING ("account_id" = door_account_id()) WITH CHECK ("account_id" = door_account_id());
CREATE POLICY "audit_events_of_account" ON "audit_events"
  USING ("account_id" = door_account_id()) WITH CHECK ("account_id" = door_account_id());

-- Through the person's door: one's own memberships and their accounts, to read; one's own trail, to read and extend.
CREATE POLICY "memberships_of_user" ON "memberships" FOR SELECT
  USING ("user_id" = door_user_id());
CREATE POLICY "accounts_of_user" ON "accounts" FOR SELECT
  USING (EXISTS (
    SELECT FROM "memberships"
    WHERE "memberships"."account_id" = "accounts"."id" AND "memberships"."user_id" = door_user_id()
  ));
CREATE POLICY "audit_events_of_user" ON "audit_events"
  USING ("user_id" = door_user_id()) WITH CHECK ("user_id" = door_user_id());

-- ── Scope ───────────────────────────────────────────────────────────────────────────────────────────────
-- Who asks, and inside which account, in one statement. No row: the session is gone or over, by this clock.
-- A row whose account_id is null: the session lives, and the slug is unknown or not theirs; the two look alike.
-- SECURITY INVOKER: the caller's policies hold. The variable is cleared before the function returns.
CREATE FUNCTION scope_of(
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
     WHERE a.slug = wanted_slug AND m.user_id = scope_of.user_id;
    PERFORM set_config('app.user_id', '', true);
  END IF;
  RETURN NEXT;
END
$$;
REVOKE EXECUTE ON FUNCTION scope_of(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope_of(bytea, text) TO atrium_runtime;
