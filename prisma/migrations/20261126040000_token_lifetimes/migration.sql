-- A link's lifetime starts when its email is sent, so that one that waited for the mail server still works.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "tokens"
  ADD COLUMN "lifetime_ms" INTEGER NOT NULL DEFAULT 3600000,
  ADD COLUMN "sent_at" TIMESTAMPTZ(3);

-- The emails of existing tokens count as sent.
UPDATE "tokens" SET "sent_at" = "created_at", "lifetime_ms" = round(extract(epoch FROM "expires_at" - "created_at") * 1000);
