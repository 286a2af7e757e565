-- Requests to sign in with a link in an email.

SET LOCAL lock_timeout = '5s';

-- Identity: where a sign-in link was requested, and how many codes were tried there. It is deleted with the token. A request
-- for an email that cannot sign in has a row too, with a token that is sent to no one.
CREATE TABLE "sign_in_requests" (
  "token_hash" BYTEA NOT NULL,
  "device_hash" BYTEA NOT NULL, -- SHA-256 of the device id of the browser that requested the link
  "tries" SMALLINT NOT NULL DEFAULT 0,
  "ip" VARCHAR(45),
  "user_agent" VARCHAR(512),

  CONSTRAINT "sign_in_requests_pkey" PRIMARY KEY ("token_hash"),
  CONSTRAINT "sign_in_requests_token_hash_fkey" FOREIGN KEY ("token_hash") REFERENCES "tokens" ("hash") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "sign_in_requests_device_hash_idx" ON "sign_in_requests" ("device_hash");

GRANT SELECT, INSERT, DELETE, UPDATE ("tries") ON "sign_in_requests" TO atrium_runtime;
