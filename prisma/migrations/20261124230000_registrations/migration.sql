-- Registrations that wait for their address to be proven, where SIGN_UP is verify. Until then there is no person and no account.

-- Identity: what was typed, less the address, which stands on the token. It goes with the token.
CREATE TABLE "registrations" (
  "token_hash" BYTEA NOT NULL,
  "account_name" VARCHAR(80) NOT NULL, -- not reserved: a name that is kept for someone unproven could be kept from everyone
  "password_hash" TEXT NOT NULL,
  "device_hash" BYTEA NOT NULL, -- of the browser it was typed in

  CONSTRAINT "registrations_pkey" PRIMARY KEY ("token_hash"),
  CONSTRAINT "registrations_token_hash_fkey" FOREIGN KEY ("token_hash") REFERENCES "tokens" ("hash") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT, DELETE ON "registrations" TO atrium_runtime;

-- A link of this purpose belongs to no person yet, and is found by its address.
CREATE INDEX "tokens_registration_email_idx" ON "tokens" ("email") WHERE "purpose" = 'registration';
-- Nor may anyone register with an address that can still be taken back.
CREATE INDEX "tokens_undo_email_idx" ON "tokens" ("email") WHERE "purpose" = 'email-change-undo';
