-- Projects get a description, a status, a lead, and updates that members write.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "projects"
  ADD COLUMN "description" VARCHAR(2000) NOT NULL DEFAULT '',
  -- Text with a check, because row-level security cannot search an index by an enum.
  ADD COLUMN "status" TEXT NOT NULL DEFAULT 'active' CONSTRAINT "projects_status_check" CHECK ("status" IN ('planned', 'active', 'paused', 'done')),
  -- The order of the statuses in the list.
  ADD COLUMN "status_rank" SMALLINT NOT NULL GENERATED ALWAYS AS (
    CASE "status" WHEN 'active' THEN 1 WHEN 'planned' THEN 2 WHEN 'paused' THEN 3 ELSE 4 END
  ) STORED,
  ADD COLUMN "lead_id" UUID; -- no reference: with one, removing a member would have to update every project they lead

CREATE INDEX "projects_by_update_idx" ON "projects" ("account_id", "updated_at", "id");
CREATE INDEX "projects_by_status_idx" ON "projects" ("account_id", "status_rank", "name_key");

CREATE TABLE "project_updates" (
  "account_id" UUID NOT NULL,
  "id" UUID NOT NULL,
  "project_id" UUID NOT NULL,
  "body" VARCHAR(4000) NOT NULL,
  "created_by" UUID,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "project_updates_pkey" PRIMARY KEY ("account_id", "id"),
  CONSTRAINT "project_updates_project_id_fkey" FOREIGN KEY ("account_id", "project_id")
    REFERENCES "projects" ("account_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "project_updates_by_project_idx" ON "project_updates" ("account_id", "project_id", "id");
CREATE TRIGGER "set_updated_at" BEFORE UPDATE ON "project_updates" FOR EACH ROW EXECUTE FUNCTION set_updated_at();

GRANT SELECT, INSERT, UPDATE, DELETE ON "project_updates" TO atrium_runtime;
ALTER TABLE "project_updates" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "project_updates" FORCE ROW LEVEL SECURITY;
CREATE POLICY "project_updates_of_account" ON "project_updates"
  USING ("account_id" = current_account_id()) WITH CHECK ("account_id" = current_account_id());

-- The events of one project, for its page.
CREATE INDEX "audit_events_by_target_idx" ON "audit_events" ("trail_id", "target_id", "created_at", "id") WHERE "target_id" IS NOT NULL;
