-- What a page calls a session by: its key is made from what the cookie carries, and is not to be handed about.

-- ── Sessions ────────────────────────────────────────────────────────────────────────────────────────────
-- The server makes handles that sort by time; the default is for the rows that are there, and for a release that knows of none.
ALTER TABLE "sessions" ADD COLUMN "handle" UUID NOT NULL DEFAULT gen_random_uuid();

-- Always asked for together with the person whose it is, which also serves what looked for the person alone.
CREATE UNIQUE INDEX "sessions_user_id_handle_key" ON "sessions" ("user_id", "handle");
DROP INDEX "sessions_user_id_idx";
