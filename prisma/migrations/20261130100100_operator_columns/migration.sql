-- Only the operator's commands, which run as the owner, suspend a user or an account and lift the suspension. An injected
-- statement of the server must not.

SET LOCAL lock_timeout = '5s';

REVOKE UPDATE ON "users", "accounts" FROM atrium_runtime;
GRANT UPDATE ("id", "email", "name", "password_hash", "email_verified_at", "created_at", "updated_at") ON "users" TO atrium_runtime;
GRANT UPDATE ("id", "name", "name_key", "slug", "created_at", "updated_at", "deleted_at", "displayed_skeleton", "folded_skeleton", "created_by")
  ON "accounts" TO atrium_runtime;
