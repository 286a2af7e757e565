-- Keeps the name of a user who registers until they open the emailed link.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "registrations" ADD COLUMN "name" VARCHAR(80);
GRANT SELECT ("name") ON "registrations" TO atrium_runtime;
