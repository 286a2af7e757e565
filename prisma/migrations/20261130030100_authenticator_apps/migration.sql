-- A user can have several authenticator apps, each with a name.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "totp_factors"
  ADD COLUMN "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN "name" VARCHAR(80) NOT NULL DEFAULT 'Authenticator app',
  DROP CONSTRAINT "totp_factors_pkey",
  ADD CONSTRAINT "totp_factors_pkey" PRIMARY KEY ("user_id", "id");
