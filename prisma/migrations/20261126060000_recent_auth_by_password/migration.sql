-- A session that an emailed link or its code started has no time at which the password was entered.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "sessions" ALTER COLUMN "authenticated_at" DROP NOT NULL;
