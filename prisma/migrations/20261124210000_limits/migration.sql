-- How often something may be tried, and which browsers a person has signed in from. Both are identity: neither belongs to an account.

-- ── Limits ──────────────────────────────────────────────────────────────────────────────────────────────
-- Counted for all servers alike, and through their restarts. The columns are those that rate-limiter-flexible writes, in
-- its order; expire is milliseconds since 1970. A key names a limit and what it is counted by, an email address only hashed.
CREATE TABLE "limits" (
  "key" VARCHAR(255) NOT NULL,
  "points" INTEGER NOT NULL DEFAULT 0,
  "expire" BIGINT,

  CONSTRAINT "limits_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "limits_expire_idx" ON "limits" ("expire");

-- ── Devices ─────────────────────────────────────────────────────────────────────────────────────────────
-- The browsers that a person has signed in from. The key is the SHA-256 of what the browser's cookie carries; one browser
-- may be known for several people.
CREATE TABLE "devices" (
  "user_id" UUID NOT NULL,
  "id_hash" BYTEA NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT "devices_pkey" PRIMARY KEY ("user_id", "id_hash"),
  CONSTRAINT "devices_id_hash_is_sha256" CHECK (octet_length("id_hash") = 32),
  CONSTRAINT "devices_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON "limits", "devices" TO atrium_runtime;
