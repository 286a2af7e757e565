-- A member can dismiss the setup checklist on the account's overview.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "memberships" ADD COLUMN "setup_dismissed_at" TIMESTAMPTZ(3);
