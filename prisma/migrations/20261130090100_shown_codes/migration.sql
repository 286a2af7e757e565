-- The code of a sign-in link works only once it was shown to the person who reads the email.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "sign_in_requests" ADD COLUMN "code_shown_at" TIMESTAMPTZ(3);
GRANT UPDATE ("code_shown_at") ON "sign_in_requests" TO atrium_runtime;
