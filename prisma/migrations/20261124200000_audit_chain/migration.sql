-- The trails of what happened, sealed into a chain each, and indexes for the pages that show them.

-- ── Events ──────────────────────────────────────────────────────────────────────────────────────────────
-- Whom or what an event was about, where that has an id; `target` says it in words, as it was called then.
ALTER TABLE "audit_events" ADD COLUMN "target_id" UUID;

-- One index for each way a trail is shown: all of it, one kind, one person's doing. Newest first, and each stops when the page is full.
CREATE INDEX "audit_events_by_time_idx" ON "audit_events" ("trail_id", "created_at", "id");
CREATE INDEX "audit_events_by_kind_idx" ON "audit_events" ("trail_id", "kind", "created_at", "id");
CREATE INDEX "audit_events_by_actor_idx" ON "audit_events" ("trail_id", "actor_id", "created_at", "id");

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────
-- Identity: every trail there is, by the id of its account or of its person, and nothing about either. Row-level
-- security hides accounts from whoever seals and from whoever verifies; without this list a trail could be overlooked.
CREATE TABLE "audit_trails" (
  "id" UUID NOT NULL GENERATED ALWAYS AS (COALESCE("account_id", "user_id")) STORED,
  "account_id" UUID,
  "user_id" UUID,

  CONSTRAINT "audit_trails_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "audit_trails_of_one" CHECK (num_nonnulls("account_id", "user_id") = 1),
  CONSTRAINT "audit_trails_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "audit_trails_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "audit_trails_account_id_key" ON "audit_trails" ("account_id");
CREATE UNIQUE INDEX "audit_trails_user_id_key" ON "audit_trails" ("user_id");

-- Identity: the events that are not sealed yet. Its key holds the event's own id, which nobody else writes, so that no
-- two who write events wait for each other. No reference to the event: one that is gone is then seen to be missing.
CREATE TABLE "audit_pending" (
  "trail_id" UUID NOT NULL,
  "event_id" UUID NOT NULL,

  CONSTRAINT "audit_pending_pkey" PRIMARY KEY ("trail_id", "event_id"),
  CONSTRAINT "audit_pending_trail_id_fkey" FOREIGN KEY ("trail_id") REFERENCES "audit_trails" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- A seal is the SHA-256 of the seal before it and of every column of its event: see lib/audit/chain.mjs.
CREATE TABLE "audit_seals" (
  "trail_id" UUID NOT NULL GENERATED ALWAYS AS (COALESCE("account_id", "user_id")) STORED,
  "position" BIGINT NOT NULL,
  "account_id" UUID,
  "user_id" UUID,
  "event_id" UUID NOT NULL,
  "hash" BYTEA NOT NULL,

  CONSTRAINT "audit_seals_pkey" PRIMARY KEY ("trail_id", "position"),
  CONSTRAINT "audit_seals_one_trail" CHECK (num_nonnulls("account_id", "user_id") = 1),
  CONSTRAINT "audit_seals_position_counts" CHECK ("position" > 0),
  CONSTRAINT "audit_seals_hash_is_sha256" CHECK (octet_length("hash") = 32),
  CONSTRAINT "audit_seals_trail_id_fkey" FOREIGN KEY ("trail_id") REFERENCES "audit_trails" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE UNIQUE INDEX "audit_seals_event_key" ON "audit_seals" ("trail_id", "event_id");

-- ── What is there already ───────────────────────────────────────────────────────────────────────────────
-- The owner of the tables is held to the policies too; for the length of this transaction it is not.
ALTER TABLE "accounts" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" NO FORCE ROW LEVEL SECURITY;
INSERT INTO "audit_trails" ("account_id") SELECT "id" FROM "accounts";
INSERT INTO "audit_trails" ("user_id") SELECT "id" FROM "users";
INSERT INTO "audit_pending" ("trail_id", "event_id") SELECT "trail_id", "id" FROM "audit_events";
ALTER TABLE "accounts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;

-- ── What comes ──────────────────────────────────────────────────────────────────────────────────────────
-- Triggers, for then nobody who writes an account, a person or an event can leave them out.
CREATE FUNCTION audit_begin_account() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_trails (account_id) SELECT id FROM made;
  RETURN NULL;
END
$$;
CREATE TRIGGER "audit_begin" AFTER INSERT ON "accounts" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION audit_begin_account();

CREATE FUNCTION audit_begin_user() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_trails (user_id) SELECT id FROM made;
  RETURN NULL;
END
$$;
CREATE TRIGGER "audit_begin" AFTER INSERT ON "users" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION audit_begin_user();

CREATE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_pending (trail_id, event_id) SELECT trail_id, id FROM written;
  RETURN NULL;
END
$$;
CREATE TRIGGER "audit_await_seal" AFTER INSERT ON "audit_events" REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION audit_await_seal();

-- ── Grants and row-level security ───────────────────────────────────────────────────────────────────────
GRANT SELECT, INSERT ON "audit_trails", "audit_seals" TO atrium_runtime;
GRANT SELECT, INSERT, DELETE ON "audit_pending" TO atrium_runtime;

ALTER TABLE "audit_seals" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_seals" FORCE ROW LEVEL SECURITY;

CREATE POLICY "audit_seals_of_account" ON "audit_seals"
  USING ("account_id" = door_account_id()) WITH CHECK ("account_id" = door_account_id());
CREATE POLICY "audit_seals_of_user" ON "audit_seals"
  USING ("user_id" = door_user_id()) WITH CHECK ("user_id" = door_user_id());
